"""Which rules need not be looked at.

In: trees. Out: for each a guard, something cheap to ask that holds for every event that the tree matches; and an index
that finds the rules whose guard holds by one scan and a few dict look-ups. A guard may let too much through, never too
little: `tests/rules/match/test_prefilter.py` holds it to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from sentinel.records.event import ENVELOPE
from sentinel.rules.glob import Text, fold
from sentinel.rules.match.literals import required, scannable
from sentinel.rules.tree import All, Bool, Exists, Item, Node, Not, Null, Number, Regex, Want
from sentinel.scan import UNSCANNED, Pattern

FINDINGS = "sentinel."
# Fields under `sentinel.` that formats set, so that most events have them.
_COMMON = frozenset({"sentinel.key.hash", "sentinel.key.alias", "sentinel.call.id", "sentinel.end_user.id"})
_LONGEST = 64
_KEPT = tuple(UNSCANNED)
# Part of a number as it is written: -12.5e-07.
_IN_NUMBER = re.compile(r"[+-]?+\d*+\.?+\d*+(?:e[+-]?+\d*+)?+", re.ASCII)


class Scanned(Struct, frozen=True):
    """This string (folded; found in any case), or this pattern, stands somewhere in the event's text."""

    text: str
    regex: bool = False

    def pattern(self) -> Pattern:
        # A pattern counts in characters, as RE2 does, and not in bytes.
        return Pattern(f"(*UTF8){self.text}") if self.regex else Pattern(self.text, literal=True, caseless=True)


class Has(Struct, frozen=True):
    """The field is there."""

    field: str


class Is(Struct, frozen=True):
    """The field, or a member of it, equals this (strings: folded)."""

    field: str
    value: Any


class Unread(Struct, frozen=True):
    """The field holds something else than strings (a number), which the scan does not see."""

    field: str


class Kept(Struct, frozen=True):
    """This string (folded) stands in one of the fields that are not scanned."""

    text: str


Atom = Scanned | Has | Is | Unread | Kept


class Guard(Struct, frozen=True):
    """Any of `atoms` holds for every event that matches. `share`: a guess at the share of events that get through."""

    atoms: frozenset[Atom]
    share: float


def guard(node: Node, *, envelope: bool = False) -> Guard | None:
    """The sharpest guard of `node`; None when there is none (it must always be looked at).

    Args:
        envelope: it is matched with what stands around the fields too, where keywords may be found.
    """
    if isinstance(node, Not):
        return None
    if isinstance(node, Item):
        return None if envelope and node.field is None else _item(node)
    guards = [guard(part, envelope=envelope) for part in node.parts]
    if isinstance(node, All):
        return min((g for g in guards if g is not None), key=lambda g: g.share, default=None)
    return _union(guards)


def _union(guards: Sequence[Guard | None]) -> Guard | None:
    atoms: set[Atom] = set()
    for one in guards:
        if one is None:
            return None
        atoms |= one.atoms
    return Guard(frozenset(atoms), sum({atom: _share(atom) for atom in atoms}.values()))


def _item(item: Item) -> Guard | None:
    guards = [_want(item.field, want) for want in item.wants]
    if item.every:
        return min((g for g in guards if g is not None), key=lambda g: g.share, default=None)
    return _union(guards)


def _want(field: str | None, want: Want) -> Guard | None:
    if isinstance(want, Null) or (isinstance(want, Exists) and not want.wanted):
        return None
    if field is None:
        return _keyword(want)
    if field in ENVELOPE:
        return None
    guards = [_of([Has(field)])]
    if equal := _equal(want):
        guards.append(_of([Is(field, value) for value in equal]))
    # Findings are added after the scan.
    if field not in UNSCANNED and not field.startswith(FINDINGS) and (scanned := _scanned(want)):
        guards.append(_of([*scanned, *(Unread(field) for one in scanned if one.regex)]))
    return min(guards, key=lambda g: g.share, default=None)


def _keyword(want: Want) -> Guard | None:
    """Keywords are looked for in every field, in those that are not scanned too."""
    literals = [one for one in _scanned(want) if not one.regex]
    return _of([*literals, *(Kept(one.text) for one in literals)]) if literals else None


def _of(atoms: Iterable[Atom]) -> Guard:
    some = frozenset(atoms)
    return Guard(some, sum(map(_share, some)))


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


def _scanned(want: Want) -> list[Scanned]:
    """What must be in the scanned text, one of it. Strings that a number could hold are none; a pattern may match one."""
    if isinstance(want, Text):
        return _usable([want.longest()])
    if not isinstance(want, Regex):
        return []
    literals = _usable(required(want.pattern) or [])
    if literals and min(len(one.text) for one in literals) > 2:
        return literals
    pattern = scannable(want)
    return [Scanned(pattern, regex=True)] if pattern else literals


def _usable(some: Iterable[str]) -> list[Scanned]:
    cut = [fold(one[:_LONGEST]) for one in some]
    if any(len(one) < 2 or _could_be_number(one) or not _encodable(one) for one in cut):
        return []
    return [Scanned(one) for one in cut]


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _could_be_number(text: str) -> bool:
    """Whether a number or boolean, written as text, could hold `text`."""
    folded = fold(text)
    return _IN_NUMBER.fullmatch(folded) is not None or any(folded in word for word in ("true", "false", "inf", "nan"))


def _share(atom: Atom) -> float:
    if isinstance(atom, Scanned | Kept):
        return 0.02 if isinstance(atom, Scanned) and atom.regex else float(10.0 ** -min(len(atom.text) / 2, 4))
    rare = atom.field.startswith(FINDINGS) and atom.field not in _COMMON
    if isinstance(atom, Unread):
        return 0.01
    if isinstance(atom, Has):
        return 0.005 if rare else 0.9
    return 0.004 if rare else 0.03


# Characters whose folding hyperscan's tables (Unicode 10 or so, and ASCII alone for plain literals) do not know. They are
# rare; in an event that holds one all scan guards count as met. The test of this module finds any that is missing here.
ODD = Pattern(
    "[\u017f\u13f8-\u13fd\u1c80-\u1c88\u1c90-\u1cba\u1cbd-\u1cbf\u212a\u2c2f\ua7ae\ua7b2-\ua7b4\ua7b6\ua7b8\ua7ba\ua7bc"
    "\ua7be\ua7c0\ua7c2\ua7c4-\ua7c7\ua7c9\ua7d0\ua7d6\ua7d8\ua7f5\uab70-\uabbf\U000104b0-\U000104d3\U00010570-\U0001057a"
    "\U0001057c-\U0001058a\U0001058c-\U00010592\U00010594-\U00010595\U00010c80-\U00010cb2\U00016e40-\U00016e5f"
    "\U0001e900-\U0001e921]")


class Index:
    """Finds the rules whose guard holds: sets of rules are the bits of a number, because these are joined for every event.

    Args:
        guards: (number, guard) of each rule.
        place: where what is scanned for stands among the scan's patterns; `odd`: where `ODD` stands.
    """

    def __init__(self, guards: Iterable[tuple[int, Guard | None]], place: dict[Scanned, int], odd: int) -> None:
        self._always = 0
        self._scanned: dict[int, int] = {odd: 0}
        has: dict[str, int] = {}
        unread: dict[str, int] = {}
        kept: dict[str, int] = {}
        equal: dict[str, dict[Any, int]] = {}
        for number, one in guards:
            rule = 1 << number
            if one is None:
                self._always |= rule
                continue
            for atom in one.atoms:
                if isinstance(atom, Scanned):
                    _add(self._scanned, place[atom], rule)
                    _add(self._scanned, odd, rule)
                elif isinstance(atom, Has):
                    _add(has, atom.field, rule)
                elif isinstance(atom, Unread):
                    _add(unread, atom.field, rule)
                elif isinstance(atom, Kept):
                    _add(kept, atom.text, rule)
                else:
                    _add(equal.setdefault(atom.field, {}), atom.value, rule)
        self._has, self._unread, self._kept = list(has.items()), list(unread.items()), list(kept.items())
        # Folding keeps the length, so most strings are told apart without it.
        self._equal = [(name, table, frozenset(len(value) for value in table if value.__class__ is str))
                       for name, table in equal.items()]
        self._holding_again = lru_cache(4096)(self._holding)

    def candidates(self, fields: dict[str, Any], hits: frozenset[int]) -> int:
        """The rules to look at: bit n is set for rule n."""
        found = self._always
        for hit in hits:
            found |= self._scanned.get(hit, 0)
        for name, rules in self._has:
            if name in fields:
                found |= rules
        for name, table, lengths in self._equal:
            value = fields.get(name)
            if value.__class__ is int:
                found |= table.get(value, 0)
            elif value.__class__ is str:
                if len(value) in lengths:
                    found |= table.get(fold(value), 0)
            elif value is not None:
                found |= _any_of(value, table)
        for name, rules in self._unread:
            value = fields.get(name)
            if value is not None and value.__class__ is not str and not _all_texts(value):
                found |= rules
        return found | self._keeping(fields) if self._kept else found

    def _keeping(self, fields: dict[str, Any]) -> int:
        """Those whose words stand in a field that is not scanned."""
        found = 0
        for name in _KEPT:
            value = fields.get(name)
            if value is not None:
                for text in value if value.__class__ is list else (value,):
                    if text.__class__ is str:
                        found |= self._holding_again(text) if len(text) <= _LONGEST else self._holding(text)
        return found

    def _holding(self, text: str) -> int:
        folded, found = fold(text), 0
        for word, rules in self._kept:
            if word in folded:
                found |= rules
        return found


def _add(table: dict[Any, int], key: Any, rule: int) -> None:
    table[key] = table.get(key, 0) | rule


def _any_of(value: Any, table: dict[Any, int]) -> int:
    """The rules of a value, or of all members of a list."""
    found = 0
    for one in value if value.__class__ is list else (value,):
        if one.__class__ not in (list, dict):
            found |= table.get(fold(one) if one.__class__ is str else one, 0)
    return found


def _all_texts(value: Any) -> bool:
    return value.__class__ is list and all(one.__class__ is str for one in value)


def wanted(guards: Iterable[Guard | None]) -> list[Scanned]:
    """All that the scan must look for, once each, always in the same order."""
    found = {atom for one in guards if one for atom in one.atoms if isinstance(atom, Scanned)}
    return sorted(found, key=lambda atom: (atom.regex, atom.text))
