"""Which files are replayed, how each is read, and in which order.

In: files and folders, and the sources of a config. Out: tracks: one log each, its rotated parts oldest first.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from functools import cmp_to_key
from pathlib import Path

from msgspec import Struct, field

from sentinel.config.model import SourceConfig
from sentinel.errors import ConfigError, Mistake
from sentinel.formats._lines import AUTO
from sentinel.sources.files.discover import see
from sentinel.sources.files.handle import opened
from sentinel.sources.files.names import family, later, rotated

_START = 256 * 1024
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]")


class Track(Struct):
    """One log.

    Attributes:
        source: how it is read; `source.paths` is one file at a time. files: what is still to be read, oldest first.
        bytes: size of all of them, as they lie on the disk. meant: somebody named it, or the config reads it.
        watermark: time of its newest event so far, nanoseconds; before the first is read, that one's.
    """

    source: SourceConfig
    files: list[Path] = field(default_factory=list)
    bytes: int = 0
    meant: bool = False
    watermark: int = 0

    def next(self) -> SourceConfig | None:
        """The source for the next file; None when there is none."""
        if not self.files:
            return None
        return self.source.model_copy(update={"paths": [glob.escape(str(self.files.pop(0)))], "exclude": []})


def tracks(paths: Sequence[Path], sources: Sequence[SourceConfig], form: str = "") -> list[Track]:
    """The logs in these files and folders.

    Args:
        form: how all of them are read: a source's name, or a format. Without it, by the source that reads a log of this
            path or, elsewhere on the disk, of this name; and what no source reads, as `auto` finds.

    Raises: ConfigError: there is nothing to read.
    """
    found: dict[tuple[str, str], Track] = {}
    for path in paths:
        for file in _files(path):
            own = family(str(file))
            if own not in found:
                found[own] = Track(_source(*own, sources, form))
            if file not in found[own].files:
                found[own].files.append(file)
                found[own].bytes += file.stat().st_size
            found[own].meant |= bool(form) or not path.is_dir() or found[own].source in sources
    if not found:
        raise ConfigError(Mistake(str(paths[0]), 0, "", "no file here", "name a log, or a folder of logs"))
    for track in found.values():
        track.files.sort(key=cmp_to_key(_order))
    return [found[own] for own in sorted(found)]


def peek(file: Path) -> list[bytes]:
    """Its first lines; none when it cannot be read."""
    try:
        seen = see(str(file))
        if seen is None:
            return []
        with opened(seen) as handle:
            start = handle.read(_START, 0)
    except OSError:
        return []
    return start.split(b"\n")[:-1] or [start]


def _files(path: Path) -> Iterable[Path]:
    if not path.exists():
        raise ConfigError(Mistake(str(path), 0, "", "no such file or folder", "check the path"))
    if not path.is_dir():
        return [path.resolve()]
    return sorted(file.resolve() for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))


def _order(one: Path, other: Path) -> int:
    """By name, which a copy keeps, and by time where names do not tell."""
    first, second = str(one), str(other)
    if rotated(first) != rotated(second):
        return -1 if rotated(first) else 1
    if later(first, second) or later(second, first):
        return 1 if later(first, second) else -1
    return -1 if (one.stat().st_mtime_ns, first) < (other.stat().st_mtime_ns, second) else 1


def _source(folder: str, name: str, sources: Sequence[SourceConfig], form: str) -> SourceConfig:
    mine = next((source for source in sources if source.name == form), None) if form else _reads(folder, name, sources)
    if mine is not None:
        return mine
    # A name of its own for each, so that none chooses the format of another.
    own = _UNFIT.sub("_", name)[:64] or "log"
    return SourceConfig(name=own if own not in {source.name for source in sources} else f"{own[:60]}.log", paths=["-"], format=form or AUTO)


def _reads(folder: str, name: str, sources: Sequence[SourceConfig]) -> SourceConfig | None:
    """The source that reads a log of this path; else the only one that reads a log of this name."""
    patterns = [(source, pattern) for source in sources for pattern in source.paths]
    for source, pattern in patterns:
        if fnmatch(f"{folder}/{name}", pattern):
            return source
    named = {source.name: source for source, pattern in patterns if fnmatch(name, Path(pattern).name)}
    return next(iter(named.values())) if len(named) == 1 else None
