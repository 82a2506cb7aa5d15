"""Which rules a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import find_config

if TYPE_CHECKING:
    from sentinel.rules.read.load import Loaded

Where = Annotated[Optional[list[Path]], typer.Argument(  # noqa: UP045 - typer reads it at run time
    metavar="PATH", show_default=False, help="Files or folders of rules. Without any: those of the config.")]


def loaded_from(path: list[Path] | None, config: Path | None) -> Loaded:
    """Raises: ConfigError."""
    from sentinel.rules.read import load

    return load.load(path or of_config(config))


def of_config(config: Path | None) -> list[Path]:
    """Raises: ConfigError."""
    from sentinel.config import paths

    return paths.listed(find_config(config), "rules")
