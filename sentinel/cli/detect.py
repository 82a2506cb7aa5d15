"""`sentinel detect`: what the detectors see in texts, without a daemon."""

from __future__ import annotations

from typing import Annotated

import typer

from sentinel.cli.lines import lines_of
from sentinel.cli.options import ConfigFile, example, settings_in

File = Annotated[str, typer.Argument(metavar="FILE", help="`-` or nothing for standard input.", show_default=False)]
Explain = Annotated[bool, typer.Option("--explain", help="Say why each span is one: form, checks passed, the word nearby.")]


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel detect texts.jsonl", """echo '{"id": 1, "text": "mail ann@example.com"}' | sentinel detect"""))
    def detect(file: File = "-", config: ConfigFile = None, explain: Explain = False) -> None:
        """Find personal data, secrets and injection in texts. In: one JSON object {"id", "text"} a line. Out: {"id",
        "spans": [{"start", "end", "type", "score"}], "scores": {"injection": 0..1}}. Offsets count code points. With --explain
        each span has its reasons, on a terminal as a table. Exit 1 when a line is no such object.
        """
        from sentinel import detectors
        from sentinel.cli.answers import Answers, Explained

        texts = detectors.Texts(detectors.load(settings=settings_in(config)))
        answers = Explained(file, texts) if explain else Answers(file, texts)
        with lines_of(file, answer=answers.give) as lines:
            for line in lines:
                answers.ask(line)
        answers.give()
        raise typer.Exit(1 if answers.wrong else 0)
