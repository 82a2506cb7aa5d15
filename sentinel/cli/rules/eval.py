"""`sentinel rules eval`: rules over a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sentinel.cli.options import example, lines_of
from sentinel.text import printable

if TYPE_CHECKING:
    from sentinel.formats import Format


def add_to(group: typer.Typer) -> None:
    @group.command("eval", epilog=example(
        "sentinel rules eval -r rules/ events.jsonl", "sentinel rules eval -r rules/llm --format litellm /var/log/litellm/log.jsonl"))
    def eval_(
        file: Annotated[str, typer.Argument(metavar="FILE", help="The log, `-` for standard input.")],
        rule: Annotated[list[Path], typer.Option("--rules", "-r", metavar="PATH", help="A file or folder of rules; may be repeated.")],
        form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=(
            "json: any JSON lines, a field is looked up literally, then as a dotted path. Or a format such as litellm or "
            "nginx: lines become events and pass the detectors first."))] = "json",
    ) -> None:
        """Run rules over a file. Out: one JSON object {"line", "rule", "title"} per match. Exit 1 when a rule is broken; the
        others run all the same.
        """
        import msgspec

        from sentinel.cli.enrich import Bench
        from sentinel.rules.author import evaluate
        from sentinel.rules.read import load
        from sentinel.views import terminal

        loaded = load.load(rule)
        for mistake in loaded.mistakes:
            print(printable(str(mistake)), file=sys.stderr)
        with lines_of(file) as lines:
            hits = (evaluate.evaluate(loaded.rules, lines) if form == "json" else Bench(loaded.rules).hits(_format(form), lines))
            for hit in hits:
                terminal.put_json(msgspec.to_builtins(hit))
                sys.stdout.flush()
        raise typer.Exit(1 if loaded.mistakes else 0)


def _format(name: str) -> Format:
    from sentinel import formats

    known = formats.load()
    if name not in known:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return known[name]
