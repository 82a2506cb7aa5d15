"""`sentinel detect`: what the detectors see in texts, without a daemon."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel.cli.lines import lines_of
from sentinel.cli.options import example

if TYPE_CHECKING:
    from sentinel.detectors import Inspection

File = Annotated[str, typer.Argument(metavar="FILE", help="`-` or nothing for standard input.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel detect texts.jsonl", """echo '{"id": 1, "text": "mail ann@example.com"}' | sentinel detect"""))
    def detect(file: File = "-") -> None:
        """Find personal data, secrets and injection in texts. In: one JSON object {"id", "text"} a line. Out: {"id",
        "spans": [{"start", "end", "type", "score"}], "scores": {"injection": 0..1}}. Offsets count code points. Exit 1
        when a line is no such object.
        """
        from sentinel.detectors import inspect_text
        from sentinel.views import terminal

        wrong = 0
        with lines_of(file) as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                given = _given(line)
                if given is None:
                    wrong += 1
                    print(f"{file}:{number}: not a JSON object with \"id\" and \"text\"; skipped", file=sys.stderr)
                    continue
                terminal.put_json(_document(given["id"], inspect_text(given["text"])))
                # Whoever feeds us line by line waits for each answer.
                sys.stdout.flush()
        raise typer.Exit(1 if wrong else 0)


def _given(line: bytes) -> dict[str, Any] | None:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    fits = isinstance(given, dict) and "id" in given and isinstance(given.get("text"), str)
    return given if fits else None


def _document(id_: Any, found: Inspection) -> dict[str, Any]:
    return {
        "id": id_,
        "spans": [{"start": f.start, "end": f.end, "type": f.type, "score": round(f.score, 4)} for f in found.spans],
        "scores": {name: round(score, 4) for name, score in found.scores.items()}}
