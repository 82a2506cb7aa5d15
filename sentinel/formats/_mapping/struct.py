"""From the paths that a mapping names to the structs that decode just these, and nothing else of a record.

In: paths. Out: a msgspec decoder, and for each path the Python expression that reads it from what was decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

Path = tuple[str, ...]

_STEP = re.compile(r'\.?+([^.\[\]"\\\s]++)|\["([^"\\\x00-\x1f]++)"\]')


def path(text: str) -> Path:
    """`metadata.headers["x.y"]` as its keys. Raises: ValueError saying what is wrong."""
    steps: list[str] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or (match.group(1) is not None and (text[at] == ".") == (at == 0)):
            raise ValueError(f"not a path: stops at {text[at:at + 20]!r}")
        steps.append(match.group(1) or match.group(2))
        at = match.end()
    if not steps:
        raise ValueError("an empty path")
    return tuple(steps)


class Shape:
    """The objects that paths lead through, parents first; number 0 is the record itself.

    In the code that `compile.py` writes, object 3 is the variable `n3`; its leaf 7 is `n3.a7` (a struct) or
    `n3.get('key')` (a dict). What should be an object and is something else reads as one without keys.
    """

    def __init__(self, paths: Iterable[Path], *, whole: bool) -> None:
        """Args: whole: decode all of the record, into dicts."""
        self.leaves = {leaf: number for number, leaf in enumerate(dict.fromkeys(paths))}
        parents = {leaf[:length] for leaf in self.leaves for length in range(1, len(leaf))}
        self.objects = {parent: number for number, parent in enumerate(sorted({(), *parents}, key=lambda p: (len(p), p)))}
        self.whole = whole
        self.names: dict[str, Any] = {}
        self.decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(dict[str, Any] if whole else self._structs())

    @staticmethod
    def clash(paths: Iterable[Path]) -> Path | None:
        """A path that is read both as a value and as an object; a struct cannot be both."""
        leaves = list(paths)
        parents = {leaf[:length] for leaf in leaves for length in range(1, len(leaf))}
        return next((leaf for leaf in leaves if leaf in parents), None)

    def _structs(self) -> type[msgspec.Struct]:
        types: dict[Path, type[msgspec.Struct]] = {}
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
            self.names |= {f"T{number}": made, f"E{number}": made()}
        return types[()]

    def open(self) -> list[str]:
        """The lines that open all objects."""
        lines = []
        for place, number in self.objects.items():
            if place:
                read = self._in(place, f"n{number}")
                kind, none = ("dict", "{}") if self.whole else (f"T{number}", f"E{number}")
                lines += [f"n{number} = {read}", f"if n{number}.__class__ is not {kind}: n{number} = {none}"]
        return lines

    def read(self, leaf: Path) -> str:
        """The expression that reads a leaf."""
        return self._in(leaf, f"a{self.leaves[leaf]}")

    def _in(self, place: Path, attribute: str) -> str:
        holder = f"n{self.objects[place[:-1]]}"
        return f"{holder}.get({place[-1]!r})" if self.whole else f"{holder}.{attribute}"


class Groups:
    """The named groups of a text pattern, read as a shape: `n0` is the tuple of all groups."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.leaves: dict[Path, int] = {(name,): index - 1 for name, index in pattern.groupindex.items()}
        self.names: dict[str, Any] = {}

    def open(self) -> list[str]:
        return []

    def read(self, leaf: Path) -> str:
        return f"n0[{self.leaves[leaf]}]"
