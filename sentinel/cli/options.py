"""Options that several commands share, and what they lead to: the config file, the open journal, a span of time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.errors import ConfigError, Mistake

if TYPE_CHECKING:
    from sentinel.detectors import Settings
    from sentinel.journal.database import Journal

PLACES = ("./sentinel.yaml", "/etc/sentinel/sentinel.yaml")

ConfigFile = Annotated[Optional[Path], typer.Option(  # noqa: UP045 - typer reads the annotation at run time
    "--config", "-c", metavar="FILE", show_default=False,
    help="The config file. Without it: $SENTINEL_CONFIG, ./sentinel.yaml, /etc/sentinel/sentinel.yaml.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")]


def example(*lines: str) -> str:
    """The epilog of a command: `lines` as they are typed. The mark in front keeps click from refilling them."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def config_there_is(given: Path | None) -> Path | None:
    """The config file to use, if there is one. One that somebody named is taken at his word."""
    if named := given or os.environ.get("SENTINEL_CONFIG"):
        return Path(named)
    return next((Path(place) for place in PLACES if Path(place).exists()), None)


def find_config(given: Path | None) -> Path:
    """The config file to use. Raises: ConfigError when there is none."""
    if found := config_there_is(given):
        return found
    raise ConfigError(Mistake(PLACES[-1], 0, "", "no config file here, nor ./sentinel.yaml, nor $SENTINEL_CONFIG",
                              "name one with -c FILE"))


def settings_in(config: Path | None) -> Settings:
    """What a config file says of the detectors; without one all is looked for. Raises: ConfigError."""
    from sentinel import detectors

    if config is None:
        return detectors.Settings()
    from sentinel.config.model import detectors_of

    return detectors.settings(*detectors_of(config))


@contextmanager
def open_journal(given: Path | None) -> Iterator[Journal]:
    """The journal of the config, for reading. Raises: ConfigError, JournalError."""
    from sentinel.config.model import journal_of
    from sentinel.journal.database import Journal

    journal = Journal(journal_of(find_config(given)), readonly=True)
    try:
        yield journal
    finally:
        journal.close()


def span(text: str) -> int:
    """Nanoseconds of "90s", "15m", "24h", "7d", "2w". Raises: typer.BadParameter."""
    from sentinel.config import span as spans

    try:
        return spans.span(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def moment(text: str, now: int) -> int:
    """Nanoseconds of "24h" (so long before `now`) or of a time as ISO 8601 writes it (no zone: UTC). Raises: typer.BadParameter."""
    from sentinel.rules.value import instant_of

    instant = instant_of(text) if "-" in text else None
    return now - span(text) if instant is None else instant
