"""Something cheap to ask of an event that holds whenever a rule matches it.

In: a tree. Out: its guard: what the scan must see, or a field must equal, one of it. Of all that would do, the rarest is taken.
A guard may let too much through, never too little: `tests/rules/match/test_prefilter.py` holds it to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from sentinel.records.event import ENVELOPE, FINDINGS
from sentinel.rules.glob import Text, fold
from sentinel.rules.match.literals import required, scannable
from sentinel.rules.match.rarity import Rarity
from sentinel.rules.tree import All, Bool, Exists, Item, Node, Not, Null, Number, Regex, Want
from sentinel.scan import UNSCANNED, Pattern

# Fields under `sentinel.` that formats set, so that most events have them.
_COMMON = frozenset({"sentinel.key.hash", "sentinel.key.alias", "sentinel.call.id", "sentinel.end_user.id"})
_LONGEST = 32
# Part of a number as it is written: -12.5e-07.
_IN_NUMBER = re.compile(r"[+-]?+\d*+\.?+\d*+(?:e[+-]?+\d*+)?+", re.ASCII)


class Scanned(Struct, frozen=True, array_like=True, tag=1):
    """This string (folded; found in any case), or this pattern, stands somewhere in the event's text."""

    text: str
    regex: bool = False

    def pattern(self) -> Pattern:
        # A pattern counts in characters, as RE2 does, and not in bytes. `ODD` sees to what `simple` does not fold.
        return Pattern(f"(*UTF8){self.text}") if self.regex else Pattern(self.text, literal=True, caseless=True, simple=True)


class Has(Struct, frozen=True, array_like=True, tag=2):
    """The field is there."""

    field: str


class Is(Struct, frozen=True, array_like=True, tag=3):
    """The field, or a member of it, equals this (strings: folded)."""

    field: str
    value: Any


class Unread(Struct, frozen=True, array_like=True, tag=4):
    """The field holds something else than strings (a number), which the scan does not see."""

    field: str


class Unscanned(Struct, frozen=True, array_like=True, tag=5):
    """This string (folded) stands in one of the fields that are not scanned."""

    text: str


Atom = Scanned | Has | Is | Unread | Unscanned


class Guard(Struct, frozen=True, array_like=True):
    """Any of `atoms` holds for every event that matches. `share`: a guess at the share of events that get through."""

    atoms: frozenset[Atom]
    share: float


class Guards:
    """Finds guards.

    Args:
        rarity: by which of several the best is known.
    """

    def __init__(self, rarity: Rarity | None = None) -> None:
        self._rarity = rarity or Rarity()
        self._shares: dict[Atom, float] = {}

    def of(self, node: Node, *, envelope: bool = False) -> Guard | None:
        """The sharpest guard of `node`; None when there is none (it must always be looked at).

        Args:
            envelope: it is matched with what stands around the fields too, where keywords may be found.
        """
        if isinstance(node, Not):
            return None
        if isinstance(node, Item):
            return None if envelope and node.field is None else self._item(node)
        guards = [self.of(part, envelope=envelope) for part in node.parts]
        return _sharpest(guards) if isinstance(node, All) else self._union(guards)

    def _item(self, item: Item) -> Guard | None:
        guards = [self._want(item.field, want) for want in item.wants]
        return _sharpest(guards) if item.every else self._union(guards)

    def _union(self, guards: Sequence[Guard | None]) -> Guard | None:
        if None in guards:
            return None
        return self._any(atom for one in guards if one for atom in one.atoms)

    def _want(self, field: str | None, want: Want) -> Guard | None:
        if isinstance(want, Null) or (isinstance(want, Exists) and not want.wanted):
            return None
        if field is None:
            return self._keyword(want)
        if field in ENVELOPE:
            return None
        if equal := _equal(want):
            # Sharper than the scan, which sees the same word in every field.
            return self._any(Is(field, value) for value in equal)
        guards = [self._any([Has(field)])]
        # Findings are added after the scan.
        if field not in UNSCANNED and not field.startswith(FINDINGS) and (scanned := self._scanned(want)):
            unread = any(one.regex or could_be_number(one.text) for one in scanned)
            guards.append(self._any([*scanned, *([Unread(field)] if unread else [])]))
        return _sharpest(guards)

    def _keyword(self, want: Want) -> Guard | None:
        """Keywords are looked for in every field, in those that are not scanned and in numbers too."""
        literals = [one for one in self._scanned(want) if not one.regex]
        if not literals or any(could_be_number(one.text) for one in literals):
            return None
        return self._any([*literals, *(Unscanned(one.text) for one in literals)])

    def _scanned(self, want: Want) -> list[Scanned]:
        """What must be in the scanned text, one of it."""
        if isinstance(want, Text):
            usable = [one for part in want.parts if isinstance(part, str) for one in _usable([part])]
            return sorted(usable, key=lambda one: (self._share(one), one.text))[:1] if len(usable) > 1 else usable
        if not isinstance(want, Regex):
            return []
        literals = _usable(required(want.pattern) or [])
        if literals and not any(could_be_number(one.text) for one in literals) and min(len(one.text) for one in literals) > 2:
            return literals
        pattern = _scannable(want)
        return [Scanned(pattern, regex=True)] if pattern else literals

    def _any(self, atoms: Iterable[Atom]) -> Guard:
        some = frozenset(atoms)
        return Guard(some, sum(map(self._share, some)))

    def _share(self, atom: Atom) -> float:
        share = self._shares.get(atom)
        if share is None:
            share = self._shares[atom] = self._guess(atom)
        return share

    def _guess(self, atom: Atom) -> float:
        if isinstance(atom, Scanned | Unscanned):
            return 0.02 if isinstance(atom, Scanned) and atom.regex else self._rarity.of_word(atom.text)
        rare = atom.field.startswith(FINDINGS) and atom.field not in _COMMON
        if isinstance(atom, Unread):
            return 0.01
        if isinstance(atom, Has):
            return 0.005 if rare else 0.9
        return 0.004 if rare else self._rarity.of_value(atom.field, atom.value)


def guard(node: Node, *, envelope: bool = False) -> Guard | None:
    """The guard of a tree by itself; see `Guards.of`."""
    return Guards().of(node, envelope=envelope)


def _sharpest(guards: Iterable[Guard | None]) -> Guard | None:
    return min((one for one in guards if one is not None), key=lambda one: one.share, default=None)


def _equal(want: Want) -> list[Any]:
    """The values that a field must equal, when that can be told."""
    if isinstance(want, Number):
        return [want.value, str(want.value)]
    if isinstance(want, Bool):
        return [want.value, str(want.value).lower()]
    if isinstance(want, Text) and want.shape()[0] == "equals":
        word = fold(want.longest())
        # NaN equals nothing, so no table finds it.
        return [word, *_numbers(word)] if word != "nan" else []
    return []


def _numbers(word: str) -> list[Any]:
    """What else than a string is written as `word`."""
    if word in ("true", "false"):
        return [word == "true"]
    try:
        return [int(word) if word.removeprefix("-").isdecimal() else float(word)]
    except ValueError:
        return []


def _usable(some: Iterable[str]) -> list[Scanned]:
    """These strings for the scan; none when one of them is of no use to it."""
    cut = [fold(one[:_LONGEST]) for one in some]
    for one in cut:
        if len(one) < 2 if one.isascii() else not _encodable(one):
            return []
    return [Scanned(one) for one in cut]


# To know it takes a compilation, and published rules repeat their expressions.
_scannable = lru_cache(1024)(scannable)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def could_be_number(text: str) -> bool:
    """Whether a number or boolean, written as text, could hold `text`: the scan sees none of these."""
    folded = fold(text)
    return _IN_NUMBER.fullmatch(folded) is not None or folded in "true" or folded in "false" or folded in "inf" or folded in "nan"


def wanted(guards: Iterable[Guard | None]) -> list[Scanned]:
    """All that the scan must look for, once each, always in the same order."""
    found = {atom for one in guards if one for atom in one.atoms if isinstance(atom, Scanned)}
    return sorted(found, key=lambda atom: (atom.regex, atom.text))
