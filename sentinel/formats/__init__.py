"""A format turns a line into an event's time and fields. One YAML mapping, or one Python file, each.

In: folders of mappings, and a source's config. Out: the formats by name, and the one that a source uses.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sentinel import registry
from sentinel.clock import Clock, zone
from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.config.model import SourceConfig
from sentinel.errors import ConfigError, Mistake
from sentinel.formats import _mapping
from sentinel.formats._base import Format, Record
from sentinel.formats._lines import AUTO, Auto
from sentinel.formats._mapping import OWN, MappingFormat, mapping_format
from sentinel.formats._mapping.time import WORLD, LocalTimes

__all__ = ["SHIPPED", "Auto", "Format", "MappingFormat", "Record", "load", "mapping_format", "of_source"]

SHIPPED = Path(__file__).parent


def load(folders: Sequence[Path] = ()) -> dict[str, Format]:
    """All formats by name: the shipped ones, those written in Python, and the `*.yaml` of the user's folders.

    Raises: ConfigError with the mistakes of all files together.
    """
    mistakes: list[Mistake] = []
    files: dict[str, Path] = {}
    formats: dict[str, Format] = {
        name: kind().localized(WORLD) for name, kind in registry.find(sys.modules[__name__], Format, "sentinel.formats").items()}  # type: ignore[type-abstract]
    for folder in (SHIPPED, *folders):
        if not folder.is_dir():
            mistakes.append(Mistake(str(folder), 0, "", "no such folder", "check `formats:` in the config"))
        for file in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
            if file.stem in formats or file.stem in files:
                other = files.get(file.stem, "a Python format")
                mistakes.append(Mistake(str(file), 0, "", f"a format of this name is there already: {other}",
                                        "rename the file"))
                continue
            files[file.stem] = file
            try:
                formats[file.stem] = _mapping.load(file)
            except ConfigError as error:
                mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return dict(sorted(formats.items()))


def of_source(source: SourceConfig, formats: Mapping[str, Format], lines: yaml.Lines | None = None,
              index: int = 0, clock: Clock | None = None) -> Format:
    """The format that a source uses: the one its `format:` names, or its own `mapping:`; with its `timezone:`.

    Args:
        lines, index: of the config, and the source's place in `sources:`, so that mistakes name file and line.
        clock: tells the year of times that name none.

    Raises: ConfigError.
    """
    return _named(source, formats, lines or yaml.Lines("config"), index).localized(LocalTimes(zone(source.timezone), clock))


def _named(source: SourceConfig, formats: Mapping[str, Format], known: yaml.Lines, index: int) -> Format:
    at: tuple[yaml.Key, ...] = ("sources", index)
    if source.mapping is None:
        if source.format in formats:
            return formats[source.format]
        if source.format == AUTO:
            return Auto(formats)
        if source.format in OWN:
            raise ConfigError(known.mistake((*at, "format"), f"format {source.format!r} needs a `mapping:`",
                                            "say which part of a line feeds which event field, see docs/formats.md"))
        raise ConfigError(known.mistake((*at, "format"), f"unknown format {source.format!r}", nearest(source.format, formats)))
    if source.format not in OWN:
        raise ConfigError(known.mistake((*at, "mapping"), f"format {source.format!r} has a mapping of its own",
                                        f"write `format: json` ({', '.join(list(OWN)[1:])}), or remove `mapping`"))
    return mapping_format(source.format, source.mapping, known, (*at, "mapping"))
