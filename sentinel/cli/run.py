"""`sentinel run`: the daemon in the foreground, as systemd starts it."""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import typer

from sentinel.cli.options import ConfigFile, example, find_config


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel run -c /etc/sentinel/sentinel.yaml", "sentinel run --once --dry-run"))
    def run(
        config: ConfigFile = None,
        once: Annotated[bool, typer.Option("--once", help="Process to the end of the files, drain every queue, exit 0.")] = False,
        dry_run: Annotated[bool, typer.Option(
            "--dry-run", help="Make no outside call: write down and print the calls that would go out.")] = False,
        mode: Annotated[Optional[Literal["observe", "act"]], typer.Option(  # noqa: UP045 - typer reads it at run time
            help="Overrides playbooks.mode of the config.", show_default=False)] = None,
    ) -> None:
        """Read the logs, find incidents, act on them, until SIGTERM. SIGHUP reloads config, rules and playbooks."""
        from sentinel.cli import log
        from sentinel.daemon import service

        log.to_stderr()
        raise typer.Exit(service.run(find_config(config), once=once, dry_run=dry_run, mode=mode))
