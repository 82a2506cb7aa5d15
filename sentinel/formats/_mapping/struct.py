"""From the paths that a mapping names to the structs that decode just these, and nothing else of a record.

In: paths. Out: a msgspec decoder, and for each path the Python expression that reads it from what was decoded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import Any, cast

import msgspec

from sentinel.formats._mapping.lenient import NOT_JSON

# Keys, and from the first number on also places in lists; -1 is the last.
Path = tuple[str | int, ...]
Keys = tuple[str, ...]

_STEP = re.compile(r'\.?+([^.\[\]"\\\s]++)|\["([^"\\\x00-\x1f]++)"\]|\[(-?+\d{1,4}+)\]', re.ASCII)


def path(text: str) -> Path:
    """`metadata.headers["x.y"]` and `choices[0].text` as their steps. Raises: ValueError saying what is wrong."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or (match.group(1) is not None and (text[at] == ".") == (at == 0)):
            raise ValueError(f"not a path: stops at {text[at:at + 20]!r}")
        key, odd, place = match.groups()
        steps.append(int(place) if place else key or odd)
        at = match.end()
    if not steps:
        raise ValueError("an empty path")
    if steps[0].__class__ is int:
        raise ValueError("a record is an object: it has keys, not places")
    return tuple(steps)


def _split(leaf: Path) -> tuple[Keys, Path]:
    """The keys before the first place in a list, and the steps from there."""
    keys = tuple(takewhile(lambda step: step.__class__ is str, leaf))
    return cast(Keys, keys), leaf[len(keys):]


def pick(value: Any, steps: Path) -> Any:
    """What stands in a list, or in what is in it; None when it is not that long."""
    for step in steps:
        if isinstance(step, str):
            value = value.get(step) if value.__class__ is dict else None
        elif value.__class__ is not list or not -len(value) <= step < len(value):
            return None
        else:
            value = value[step]
    return value


def _unpacks(kind: Any, nothing: Any) -> Callable[[str], Any]:
    """Reads an object that stands in a string."""
    decode = msgspec.json.Decoder(kind).decode

    def unpack(text: str) -> Any:
        if not text.startswith("{"):
            return nothing
        try:
            return decode(text)
        except NOT_JSON:
            return nothing

    return unpack


class Shape:
    """The objects that paths lead through, parents first; number 0 is the record itself.

    In the code that `compile.py` writes, object 3 is the variable `n3`; its leaf 7 is `n3.a7` (a struct) or
    `n3.get('key')` (a dict). What should be an object may be one in a string, as JSON; what is neither reads as one
    without keys.
    """

    def __init__(self, paths: Iterable[Path], *, whole: bool) -> None:
        """Args: whole: decode all of the record, into dicts."""
        self.leaves: dict[Keys, int] = {leaf: number for number, leaf in enumerate(dict.fromkeys(_split(p)[0] for p in paths))}
        parents = {leaf[:length] for leaf in self.leaves for length in range(1, len(leaf))}
        self.objects = {parent: number for number, parent in enumerate(sorted({(), *parents}, key=lambda p: (len(p), p)))}
        self.whole = whole
        self.names: dict[str, Any] = {"pick": pick, "O0": _unpacks(dict[str, Any], {})}
        self.decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(dict[str, Any] if whole else self._structs())

    @staticmethod
    def clash(paths: Iterable[Path]) -> bool:
        """Whether a path is read both as a value and as an object."""
        leaves = [_split(one)[0] for one in paths]
        parents = {leaf[:length] for leaf in leaves for length in range(1, len(leaf))}
        return any(leaf in parents for leaf in leaves)

    def _structs(self) -> type[msgspec.Struct]:
        types: dict[Keys, type[msgspec.Struct]] = {}
        for place, number in reversed(self.objects.items()):
            fields: list[tuple[str, Any, Any]] = []
            keys: dict[str, str] = {}
            for leaf, at in self.leaves.items():
                if leaf[:-1] == place:
                    fields.append((f"a{at}", Any, None))
                    keys[f"a{at}"] = leaf[-1]
            for child, at in self.objects.items():
                if child and child[:-1] == place:
                    # A field of the wrong type must cost that field and not the event: so anything is let in.
                    fields.append((f"n{at}", types[child] | list[Any] | str | int | float | bool | None, None))
                    keys[f"n{at}"] = child[-1]
            made = msgspec.defstruct(f"N{number}", fields, rename=keys, gc=False)
            types[place] = made
            self.names |= {f"T{number}": made, f"E{number}": made(), f"O{number}": _unpacks(made, made())}
        return types[()]

    def open(self) -> list[str]:
        """The lines that open all objects."""
        lines = []
        for place, number in self.objects.items():
            if place:
                read = self._in(place, f"n{number}")
                kind, none, unpack = ("dict", "{}", "O0") if self.whole else (f"T{number}", f"E{number}", f"O{number}")
                lines += [f"n{number} = {read}", f"if n{number}.__class__ is not {kind}: "
                          f"n{number} = {unpack}(n{number}) if n{number}.__class__ is str else {none}"]
        return lines

    def read(self, leaf: Path) -> str:
        """The expression that reads a leaf."""
        keys, steps = _split(leaf)
        found = self._in(keys, f"a{self.leaves[keys]}")
        if keys in self.objects:
            found = f"(n{self.objects[keys]} or {found})"  # unpacked already
        return f"pick({found}, {steps!r})" if steps else found

    def _in(self, place: Keys, attribute: str) -> str:
        holder = f"n{self.objects[place[:-1]]}"
        return f"{holder}.get({place[-1]!r})" if self.whole else f"{holder}.{attribute}"


class Groups:
    """The named groups of a text pattern, read as a shape: `n0` is the tuple of all groups."""

    def __init__(self, groups: Mapping[str, int]) -> None:
        """Args: groups: their names, and their numbers from 1."""
        self.leaves: dict[Path, int] = {(name,): index - 1 for name, index in groups.items()}
        self.names: dict[str, Any] = {}

    def open(self) -> list[str]:
        return []

    def read(self, leaf: Path) -> str:
        return f"n0[{self.leaves[leaf]}]"


class Pairs:
    """The keys of a logfmt line, read as a shape: `n0` is the dict of all. Dots are part of a key there."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def open(self) -> list[str]:
        return []

    def read(self, leaf: Path) -> str:
        return f"n0.get({dotted(leaf)!r})"


Source = Shape | Groups | Pairs


def dotted(leaf: Path) -> str:
    """A path as one name."""
    return ".".join(map(str, leaf))
