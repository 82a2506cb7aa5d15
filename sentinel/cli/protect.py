"""`sentinel protect`: what must not leave this host. In: a secret. Out: a line for the config from which nobody can read it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sentinel.cli.options import example
from sentinel.errors import SentinelError

Name = Annotated[str, typer.Argument(metavar="NAME", help="What you call it: letters, digits, '-', '_' and '.'.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="protect", help="What must not leave this host.")

    # Two commands to come: without this, typer would take a group of one for the command itself.
    group.callback()(lambda: None)

    @group.command(epilog=example("sentinel protect secret prod-db", "vault read -field=key secret/prod | sentinel protect secret prod-db"))
    def secret(name: Name) -> None:
        """Print the line for the config that protects a secret. It belongs under `detectors: protected_secrets:`. The
        secret is asked for without showing it, or read from standard input; it is never an argument, where others on
        this host could see it.
        """
        import secrets

        from sentinel.detectors._protected import Protected

        given = _asked(name) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        try:
            print(Protected.of(name, given, secrets.token_bytes(16)))
        except ValueError as error:
            raise SentinelError(f"{name} cannot be protected: {error}") from error


def _asked(name: str) -> str:
    import getpass

    return getpass.getpass(f"{name}: ")
