"""What a source says and never says, from its format and from a look at its last lines.

In: a source and its format. Out: a `Look`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec import Struct, field

from sentinel.clock import SystemClock
from sentinel.config.model import SourceConfig
from sentinel.detectors._base import Detector
from sentinel.formats._base import Format
from sentinel.formats._lines import Auto, choose, whole
from sentinel.formats._mapping.values import outside_ip
from sentinel.sources.files.discover import Globs, Seen
from sentinel.sources.files.handle import opened

_SAMPLE = 1 << 20
_MOST_LINES = 2000
# What detectors say is said of a text: without the text they are silent.
_TEXTS = {"sentinel.prompt.": ("gen_ai.prompt",), "sentinel.completion.": ("gen_ai.completion",),
          "sentinel.tool.": ("gen_ai.tool.call.result", "gen_ai.prompt")}


class Look(Struct):
    """One source.

    Attributes:
        format: its format, or the one that `auto` would take. files: those that it reads now.
        records: of the sample; 0: nothing could be looked at, and then `has` is what the format could say.
        has: fields by category. can: all that the format can fill. forgeable: of these, those that a client writes itself.
        unreadable: of the sample. problem: why it could not be looked at, or empty.
        private: every address in the sample is a private one.
    """

    source: str
    format: str
    files: list[str]
    records: int = 0
    unreadable: int = 0
    has: dict[str, set[str]] = field(default_factory=dict)
    can: frozenset[str] = frozenset()
    forgeable: frozenset[str] = frozenset()
    problem: str = ""
    private: bool = False

    @property
    def never(self) -> set[str]:
        """Fields that the format can fill and this source does not."""
        return set(self.can) - set[str]().union(*self.has.values())


def look(source: SourceConfig, form: Format) -> Look:
    """Look at a source: the end of the file that was written last."""
    seen = sorted(Globs(source.paths, source.exclude).files(), key=lambda s: s.modified) if source.paths else []
    made = Look(source.name, form.name, [one.path for one in seen])
    lines, made.problem = _last_lines(seen[-1]) if seen else ([], "" if source.paths else "only files are looked at")
    if isinstance(form, Auto) and (choice := choose(lines, form.known, SystemClock(), made.files[-1] if seen else "")):
        form = form.known[choice.name]
        made.format = form.name
    made.can, made.forgeable = form.fields, form.forgeable
    _sample(made, form, lines)
    if not made.records:
        made.has = {form.category: set(form.fields)}
    return made


def _last_lines(seen: Seen) -> tuple[list[bytes], str]:
    try:
        with opened(seen) as handle:
            start = 0 if handle.packed else max(0, handle.length() - _SAMPLE)
            data = handle.read(_SAMPLE, start)
    except OSError as error:
        return [], error.strerror or str(error)
    lines = data.split(b"\n")
    return (lines[1:] if start else lines)[-_MOST_LINES:], ""


def _sample(made: Look, form: Format, lines: Sequence[bytes]) -> None:
    addresses: set[str] = set()
    for piece in whole(form, lines, SystemClock()):
        made.unreadable += bool(piece.reason)
        for record in piece.records:
            made.records += 1
            made.has.setdefault(record.category or form.category, set()).update(record.fields)
            addresses.update(str(value) for value in [record.fields.get("source.ip")] if value)
    made.private = bool(addresses) and not any(map(outside_ip, addresses))


def fields(looks: Sequence[Look], found_by: Sequence[Detector], own: Collection[str]) -> dict[str, set[str]]:
    """What events can have, by category.

    Args:
        found_by: detectors, which add what they see where what they read is there. own: fields that are there in any case.
    """
    found: dict[str, set[str]] = {}
    for one in looks:
        for category, has in one.has.items():
            found.setdefault(category, set()).update(has)
    for has in found.values():
        has |= {name for detector in found_by for name in detector.fields if not wanting(detector, name, has)}
        has |= set(own)
    return found


def wanting(detector: Detector, name: str, has: Collection[str]) -> frozenset[str]:
    """What an event lacks for a detector to set its field `name`; empty when it lacks nothing."""
    texts = next((texts for prefix, texts in _TEXTS.items() if name.startswith(prefix)), ())
    ways = [frozenset({text}) for text in texts] or list(detector.needs)
    lacks = [way - set(has) for way in ways]
    return min(lacks, key=len) if lacks and all(lacks) else frozenset()


def reads(looks: Sequence[Look], log: Path) -> list[str]:
    """Names of the sources that read this file."""
    return [one.source for one in looks if str(log) in one.files or str(log.resolve()) in one.files]
