"""`sentinel corpus`: documents that answers must not copy from, and canary strings. In: files. Out: hashes beside the journal."""

from __future__ import annotations

import typer

from sentinel.cli.corpus import canary, documents


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="corpus", help="Documents that answers must not copy from; canaries.")
    documents.add_to(group)
    canary.add_to(group)
