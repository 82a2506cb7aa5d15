"""`sentinel schema`: what editors need to help with our files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sentinel.cli.options import ConfigFile, example


class Kind(StrEnum):
    rule = "rule"
    cases = "cases"
    playbook = "playbook"
    config = "config"


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel schema rule > rule.schema.json", "sentinel schema playbook -c /etc/sentinel/sentinel.yaml"))
    def schema(
        kind: Annotated[Kind, typer.Argument(metavar="KIND", help="rule, cases, playbook or config.")],
        config: ConfigFile = None,
    ) -> None:
        """Print the JSON Schema of a kind of file, for editors. With it they complete keys and underline mistakes. That of
        playbooks knows the actions of your own recipes when -c names a config.
        """
        import json

        print(json.dumps(made(kind, config), indent=2, ensure_ascii=False))


def made(kind: Kind, config: Path | None = None) -> dict[str, Any]:
    """Args: config: whose recipes playbooks may use. Raises: ConfigError."""
    from sentinel.rules.author import schema as rules

    if kind is Kind.rule:
        return rules.rule()
    if kind is Kind.cases:
        return rules.cases()
    return {"$schema": rules.DRAFT, **(_playbook(config) if kind is Kind.playbook else _config())}


def _playbook(config: Path | None) -> dict[str, Any]:
    from sentinel import actions
    from sentinel.config import model
    from sentinel.playbooks.schema import playbook

    return playbook(actions.kinds(model.load(config).playbooks.recipes if config else ()))


def _config() -> dict[str, Any]:
    from sentinel.config.schema import config

    return config()
