"""`sentinel playbooks`: what is done about incidents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config

if TYPE_CHECKING:
    from sentinel.playbooks.load import Loaded, On

Where = Annotated[Optional[list[Path]], typer.Argument(  # noqa: UP045 - typer reads it at run time
    metavar="PATH", show_default=False, help="Files or folders of playbooks. Without any: those of the config.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="playbooks", help="What is done about incidents.")

    @group.command("list", epilog=example("sentinel playbooks list", "sentinel playbooks list playbooks/ --json"))
    def list_(path: Where = None, config: ConfigFile = None, json: Json = False) -> None:
        """List the playbooks that work. Which incidents they answer, and with which actions."""
        from sentinel.views import terminal

        loaded = _load(path, config)
        if json:
            for one in loaded.playbooks:
                terminal.put_json({
                    "name": one.name, "mode": one.mode, "description": one.description, "file": one.file,
                    "on": one.on.model_dump(exclude_defaults=True), "actions": [step.uses for step in one.steps]})
        elif loaded.playbooks:
            terminal.put_table(
                ["NAME", "MODE", "ANSWERS", terminal.Column("ACTIONS", below=True), terminal.Column("ABOUT", below=True)],
                [(p.name, p.mode, _on(p.on), ", ".join(step.uses for step in p.steps), p.description) for p in loaded.playbooks])
        else:
            terminal.say("No playbooks: nobody is told and nothing is done. Write `playbooks: {paths: [...]}` into the config.")
        _tell_mistakes(loaded)

    @group.command(epilog=example("sentinel playbooks check", "sentinel playbooks check playbooks/"))
    def check(path: Where = None, config: ConfigFile = None) -> None:
        """Name every mistake in playbooks, by file, line and key. Say what to do about it. Exit 1 when there is one."""
        from sentinel.views import terminal

        loaded = _load(path, config)
        for mistake in loaded.mistakes:
            terminal.say(mistake)
        # A path of its own comes without a config, and then no service is configured.
        warnings = loaded.warnings if not path else []
        for warning in warnings:
            terminal.say(f"{warning} (warning)")
        terminal.say(f"{len(loaded.playbooks)} playbook(s) work, {len(loaded.mistakes)} mistake(s), {len(warnings)} warning(s)")
        raise typer.Exit(1 if loaded.mistakes else 0)


def _load(path: list[Path] | None, config: Path | None) -> Loaded:
    """Raises: ConfigError."""
    from sentinel import actions
    from sentinel.config import model
    from sentinel.playbooks import load

    if path:
        return load.load(path, actions.load({}))
    file = find_config(config)
    loaded, lines = model.load_with_lines(file)
    known = actions.load(loaded.services, recipes=loaded.playbooks.recipes, folder=file.resolve().parent, lines=lines)
    return load.load(loaded.playbooks.paths, known)


def _on(on: On) -> str:
    parts = [f"{name} {', '.join(values)}" for name, values in (("rules", on.rules), ("tags", on.tags), ("stories", on.stories)) if values]
    return "; ".join([*parts, *([f"{on.level} and worse"] if on.level else [])])


def _tell_mistakes(loaded: Loaded) -> None:
    import sys

    if loaded.mistakes:
        print(f"{len(loaded.mistakes)} mistake(s) keep playbooks out; `sentinel playbooks check` shows them", file=sys.stderr)
        raise typer.Exit(1)
