"""Turns a section of a mapping into one straight function. In: readings. Out: `fill(record, fields) -> at`.

A loop over readings costs about twice as much a line, and the aim is 5 microseconds. Every word of the mapping that gets
into the code does so through `repr`, as a literal; the rest is numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, cast

from sentinel.formats._base import Times
from sentinel.formats._mapping.fields import flaw
from sentinel.formats._mapping.struct import Path, Source
from sentinel.formats._mapping.time import WORLD
from sentinel.formats._mapping.values import Converter, integer, status, text
from sentinel.records.event import Fields

Fill = Callable[[Any, Fields], int]
Collect = Callable[[Any, Fields], None]

# Most values are of their type already; a call costs more than the question.
_ALREADY: dict[Converter, str] = {
    text: "v.__class__ is str",
    integer: f"v.__class__ is int and {-2**63} <= v < {2**63}",
    status: "v.__class__ is int and 100 <= v <= 599",
}


@dataclass(frozen=True)
class Reading:
    """One way to get a field's value: the value at `source`, converted; with `since`, the time between two instants; or
    a `constant`. Only when there is something at `given`, and nothing at `unless`."""

    source: Path
    convert: Converter
    since: Path | None = None
    constant: str | None = None
    given: Path | None = None
    unless: Path | None = None


@dataclass
class Section:
    """What one kind of line says.

    Attributes:
        time: where the event's time stands; the first that is a time wins.
        fields: event field -> readings; the first that gives a value wins.
        collect: a collector, and where it reads; the first that is there wins.
        absent: texts that say "no value". flaws: a mark, and where it is said that the line has this flaw.
        rest: keep every other value under its own name. everything: those that are read too. never: but none with one of
            these keys.
    """

    time: list[Path] = field(default_factory=list)
    fields: dict[str, list[Reading]] = field(default_factory=dict)
    collect: list[tuple[Collect, list[Path]]] = field(default_factory=list)
    absent: tuple[str, ...] = ("",)
    flaws: dict[str, list[Path]] = field(default_factory=dict)
    rest: bool = False
    everything: bool = False
    never: frozenset[str] = frozenset()

    def paths(self) -> list[Path]:
        """Every path that is read, first choices first: a decoder looks for a key where it found the last one."""
        sources = [[reading.source for reading in readings if reading.source] for readings in self.fields.values()]
        sources += [self.time, *(paths for _, paths in self.collect), *self.flaws.values()]
        ranked = [path for choices in zip_longest(*sources) for path in choices if path is not None]
        beside = (path for readings in self.fields.values() for r in readings for path in (r.since, r.given, r.unless))
        return ranked + [path for path in beside if path]


def source(section: Section, shape: Source, times: Times = WORLD) -> tuple[str, dict[str, Any]]:
    """The function's text, and the names it uses."""
    names: dict[str, Any] = {"instant": times.instant, "elapsed": times.elapsed, "flaw": flaw, **shape.names}
    body = [*shape.open()]
    for name, readings in section.fields.items():
        body += _field(name, readings, shape, section.absent, names)
    for collect, paths in section.collect:
        key = f"k{len(names)}"
        names[key] = collect
        body += [f"v = {' or '.join(shape.read(path) for path in paths)}", f"if v is not None: {key}(v, fields)"]
    for mark, paths in section.flaws.items():
        body.append(f"if {' or '.join(shape.read(path) for path in paths)}: flaw(fields, {mark!r})")
    body += _time(section.time, shape)
    return "def fill(n0, fields):\n" + "\n".join("    " + line for line in body), names


def compiled(section: Section, shape: Source, times: Times = WORLD) -> Fill:
    """The function itself. Args: times: reads the times of the source."""
    code, names = source(section, shape, times)
    exec(compile(code, "<mapping>", "exec"), names)  # noqa: S102 - see the module's docstring
    return cast(Fill, names["fill"])


def _field(name: str, readings: Sequence[Reading], shape: Source, absent: Sequence[str],
           names: dict[str, Any]) -> list[str]:
    lines = _nested("if v is None:", [_read(reading, shape, absent, names) for reading in readings])
    return [*lines, f"if v is not None: fields[{name!r}] = v"]


def _nested(test: str, steps: Sequence[list[str]]) -> list[str]:
    """Each step within the test of the one before, so that the first that succeeds ends it."""
    lines: list[str] = []
    for step in reversed(steps):
        lines = [*step, *([test, *("    " + line for line in lines)] if lines else [])]
    return lines


def _read(reading: Reading, shape: Source, absent: Sequence[str], names: dict[str, Any]) -> list[str]:
    if reading.constant is not None:
        return [f"v = {reading.constant!r}"]
    if reading.since is not None:
        return [f"v = elapsed({shape.read(reading.source)}, {shape.read(reading.since)})"]
    key = f"c{len(names)}"
    names[key] = reading.convert
    already = _ALREADY.get(reading.convert)
    converted = f"v if {already} else {key}(v)" if already else f"{key}(v)"
    none = " or ".join(f"v == {word!r}" for word in absent)
    asked = [f"{shape.read(path)} is {test}" for path, test in ((reading.given, "None"), (reading.unless, "not None")) if path]
    found = f"None if {' or '.join(asked)} else {shape.read(reading.source)}" if asked else shape.read(reading.source)
    return [f"v = {found}", f"if v is not None: v = None if {none} else {converted}"]


def _time(paths: Sequence[Path], shape: Source) -> list[str]:
    steps = [[f"v = {shape.read(path)}", "at = instant(v) if v is not None else 0"] for path in paths]
    return [*(_nested("if not at:", steps) or ["at = 0"]), "return at"]
