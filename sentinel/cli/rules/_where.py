"""Which rules a command is about."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import config_there_is, find_config
from sentinel.errors import ConfigError, Mistake
from sentinel.text import printable

if TYPE_CHECKING:
    from sentinel.rules.author.pick import Picked
    from sentinel.rules.loaded import Loaded
    from sentinel.rules.read.load import Terms

Where = Annotated[Optional[list[Path]], typer.Argument(  # noqa: UP045 - typer reads it at run time
    metavar="PATH", show_default=False, help="Files or folders of rules. Without any: those of the config.")]

Among = Annotated[Optional[list[Path]], typer.Option(  # noqa: UP045 - typer reads it at run time
    "--rules", "-r", metavar="PATH", show_default=False, help="Where the rule is looked for: files or folders. Without it: the config's rules.")]


PipelineFiles = Annotated[Optional[list[Path]], typer.Option(  # noqa: UP045
    "--pipeline", "-p", metavar="FILE", show_default=False,
    help="A processing pipeline of pySigma's (YAML), beside those of the config; may be repeated.")]

PlaceholdersFile = Annotated[Optional[Path], typer.Option(  # noqa: UP045
    "--placeholders", metavar="FILE", show_default=False, help="YAML with the values of placeholders by name, beside those of the config.")]


def loaded_from(path: list[Path] | None, config: Path | None, pipeline: list[Path] | None = None,
                placeholders: Path | None = None, *, taxonomies: bool = True) -> Loaded:
    """See `terms`. Raises: ConfigError."""
    from sentinel.rules.read import load

    paths = path or of_config(config)
    loaded = load.load(paths, terms(path, config, pipeline, placeholders, taxonomies=taxonomies))
    tell_none(loaded, paths)
    return loaded


def tell_mistakes(loaded: Loaded) -> None:
    """Every mistake on standard error, where the rest goes on."""
    for mistake in loaded.mistakes:
        print(printable(str(mistake)), file=sys.stderr)


def leave_if_broken(loaded: Loaded) -> None:
    """Exit 1 when a mistake keeps a rule out; which, another command says."""
    if loaded.mistakes:
        print(f"{len(loaded.mistakes)} mistake(s) keep rules out; `sentinel rules check` shows them", file=sys.stderr)
        raise typer.Exit(1)


def tell_none(loaded: Loaded, paths: Sequence[Path]) -> None:
    """Say on standard error that there is nothing, which nobody asks for on purpose."""
    if not loaded.rules and not loaded.mistakes:
        where = printable(", ".join(map(str, paths))) or "`rules:` of the config"
        print(f"{where}: no rules there; rules are files *.yml or *.yaml, cases *.cases.yml are none", file=sys.stderr)


def terms(path: list[Path] | None, config: Path | None, pipeline: list[Path] | None = None, placeholders: Path | None = None,
          *, taxonomies: bool = True) -> Terms:
    """On what terms the rules are read: those of the config that is named, or whose rules they are, and those of the options.

    Args:
        taxonomies: Sigma's own field names become those of the daemon's events.

    Raises: ConfigError, also when a path is not there: what somebody typed wrong is no rule that is broken.
    """
    from sentinel.config import paths
    from sentinel.config import placeholders as given
    from sentinel.rules.read import load
    from sentinel.rules.read import pipeline as pipelines

    check_there(path)
    file = config if path else find_config(config)
    listed = paths.listed(file, "pipelines") if file else []
    values = given.of(file, "placeholders") if file else {}
    return load.Terms({**values, **(given.of(placeholders) if placeholders else {})},
                      pipelines.read([*listed, *(pipeline or ())], taxonomies=taxonomies))


def check_there(paths: Sequence[Path] | None) -> None:
    """Raises: ConfigError, naming those that are not there."""
    missing = [Mistake(str(one), 0, "", "no such file or folder", "check the path") for one in paths or () if not os.path.lexists(one)]
    if missing:
        raise ConfigError(missing)


def picked(rule: str, path: list[Path] | None, config: Path | None, pipeline: list[Path] | None = None, placeholders: Path | None = None,
           *, taxonomies: bool = True) -> Picked:
    """The rule that is meant: a file, else an id, name or title among the rules of PATH or of the config. A file that is one of
    these is taken with the filters over it. Args: taxonomies: see `terms`. Raises: ConfigError."""
    from sentinel.rules.author import pick

    file = Path(rule)
    if not file.is_file():
        return pick.pick(rule, loaded_from(path, config, pipeline, placeholders, taxonomies=taxonomies))
    known = loaded_from(path, config, pipeline, placeholders, taxonomies=taxonomies) if path or config_there_is(config) else None
    return pick.pick_file(file, known, terms(path or [file], config, pipeline, placeholders, taxonomies=taxonomies))


def of_config(config: Path | None) -> list[Path]:
    """Raises: ConfigError."""
    from sentinel.config import paths

    return paths.listed(find_config(config), "rules")
