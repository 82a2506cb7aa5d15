"""`sentinel rules check`: every mistake in rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from sentinel.cli.options import ConfigFile, example
from sentinel.cli.rules._where import Where, loaded_from

if TYPE_CHECKING:
    pass


def add_to(group: typer.Typer) -> None:
    @group.command(epilog=example("sentinel rules check rules/", "sentinel rules check -c sentinel.yaml"))
    def check(path: Where = None, config: ConfigFile = None) -> None:
        """Name every mistake in rules, by file, line and key. Say what to do about it. Exit 1 when there is one."""
        from sentinel.cli.fields import known_fields
        from sentinel.rules.author import lint
        from sentinel.views import terminal

        loaded = loaded_from(path, config)
        warnings = lint.warnings(loaded, known_fields())
        for mistake in loaded.mistakes:
            terminal.say(mistake)
        for warning in warnings:
            terminal.say(f"{warning} (warning)")
        terminal.say(f"{len(loaded.rules)} rule(s) work, {len(loaded.mistakes)} mistake(s), {len(warnings)} warning(s)")
        raise typer.Exit(1 if loaded.mistakes else 0)
