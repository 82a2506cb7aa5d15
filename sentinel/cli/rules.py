"""`sentinel rules`: what is looked for, and whether it works."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config

if TYPE_CHECKING:
    from sentinel.rules.load import Loaded

Where = Annotated[Optional[list[Path]], typer.Argument(  # noqa: UP045 - typer reads it at run time
    metavar="PATH", show_default=False, help="Files or folders of rules. Without any: those of the config.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="rules", help="What is looked for.")

    @group.command("list", epilog=example("sentinel rules list", "sentinel rules list rules/llm --json"))
    def list_(path: Where = None, config: ConfigFile = None, json: Json = False) -> None:
        """List the rules that work, the gravest first."""
        import msgspec

        from sentinel.records.alert import LEVELS
        from sentinel.views import terminal

        loaded = _load(path, config)
        infos = sorted((rule.info for rule in loaded.rules), key=lambda i: (-LEVELS.index(i.level), i.story, i.title))
        if json:
            for info in infos:
                terminal.put_json(msgspec.to_builtins(info))
        elif infos:
            terminal.put_table(
                ["LEVEL", "STORY", "KIND", "TITLE", terminal.Column("ID", below=True), terminal.Column("TAGS", below=True)],
                [(terminal.severity(i.level), i.story, i.kind, i.title, i.id, ", ".join(i.tags)) for i in infos])
        else:
            terminal.say("No rules. Name a PATH, or write `rules:` into the config.")
        if loaded.mistakes:
            print(f"{len(loaded.mistakes)} mistake(s) keep rules out; `sentinel rules check` shows them", file=sys.stderr)
            raise typer.Exit(1)

    @group.command(epilog=example("sentinel rules check rules/", "sentinel rules check -c sentinel.yaml"))
    def check(path: Where = None, config: ConfigFile = None) -> None:
        """Name every mistake in rules as `file:line: key: what; what to do`. Exit 1 when there is one."""
        from sentinel.views import terminal

        loaded = _load(path, config)
        for mistake in loaded.mistakes:
            terminal.say(mistake)
        for warning in loaded.warnings:
            terminal.say(f"{warning} (warning)")
        terminal.say(f"{len(loaded.rules)} rule(s) work, {len(loaded.mistakes)} mistake(s), {len(loaded.warnings)} warning(s)")
        raise typer.Exit(1 if loaded.mistakes else 0)


def _load(path: list[Path] | None, config: Path | None) -> Loaded:
    from sentinel.config import paths
    from sentinel.rules import load

    return load.load(path or paths.listed(find_config(config), "rules"))
