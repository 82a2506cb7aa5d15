"""`sentinel check`: is everything right, before it matters."""

from __future__ import annotations

from typing import Annotated

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config

_STYLES = {"ok": "green", "warning": "yellow", "failed": "bold red", "mistakes": "bold red"}


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel check", "sentinel check --offline -c /etc/sentinel/sentinel.yaml"))
    def check(
        config: ConfigFile = None,
        offline: Annotated[bool, typer.Option("--offline", help="Only files, no connections; what systemd asks before a start.")] = False,
        json: Json = False,
    ) -> None:
        """Name every mistake in config, formats, rules and playbooks. Try each connection, too. Exit 2 when a file is
        wrong, 1 when something cannot be reached.
        """
        import msgspec

        from sentinel import check as checking
        from sentinel.cli.fields import known_fields
        from sentinel.views import terminal

        report = checking.check(find_config(config), offline=offline, known=() if offline else known_fields())
        if json:
            terminal.put_json({"exit_code": report.exit_code, **msgspec.to_builtins(report)})
            raise typer.Exit(report.exit_code)
        for mistake in report.mistakes:
            terminal.say(mistake, "red")
        for warning in report.warnings:
            terminal.say(f"{warning} (warning)", "yellow")
        if report.mistakes or report.warnings:
            terminal.say()
        terminal.put_table(["CHECKED", "STATE", terminal.Column("FOUND", wraps=True)], [
            (finding.what, terminal.safe(finding.state, _STYLES[finding.state]), finding.text) for finding in report.findings])
        raise typer.Exit(report.exit_code)
