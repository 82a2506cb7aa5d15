"""`sentinel rules`: what is looked for, and whether it works. One file per command."""

from __future__ import annotations

import typer

from sentinel.cli.rules import check, convert, coverage, eval, explain, list, test


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="rules", help="What is looked for.")
    for module in (list, check, test, eval, explain, coverage, convert):
        module.add_to(group)
