"""`sentinel version`."""

from __future__ import annotations

import typer

from sentinel import __version__
from sentinel.cli.options import example


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel version"))
    def version() -> None:
        """Print which sentinel this is."""
        print(f"sentinel {__version__}")


def asked(wanted: bool) -> None:
    """What `sentinel --version` does."""
    if wanted:
        print(f"sentinel {__version__}")
        raise typer.Exit
