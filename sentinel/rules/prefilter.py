"""Which rules need not be looked at.

In: trees. Out: for each a guard, something cheap to ask that holds for every event that the tree matches; and an index
that finds the rules whose guard holds by one scan and a few dict look-ups. A guard may let too much through, never too
little: `tests/rules/test_prefilter.py` holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from sentinel.records.event import ENVELOPE
from sentinel.rules.glob import Text, fold
from sentinel.rules.literals import required
from sentinel.rules.tree import All, Bool, Exists, Item, Node, Not, Null, Number, Regex, Want
from sentinel.scan import UNSCANNED, Pattern

FINDINGS = "sentinel."
# Fields under `sentinel.` that formats set, so that most events have them.
_COMMON = frozenset({"sentinel.key.hash", "sentinel.key.alias", "sentinel.call.id", "sentinel.end_user.id"})
_LONGEST = 64


class Scanned(Struct, frozen=True):
    """This string (in any case) stands somewhere in the event's text."""

    literal: str


class Has(Struct, frozen=True):
    """The field is there."""

    field: str


class Is(Struct, frozen=True):
    """The field, or a member of it, equals this (strings: folded)."""

    field: str
    value: Any


Atom = Scanned | Has | Is


class Guard(Struct, frozen=True):
    """Any of `atoms` holds for every event that matches. `share`: a guess at the share of events that get through."""

    atoms: frozenset[Atom]
    share: float


def guard(node: Node) -> Guard | None:
    """The sharpest guard of `node`; None when there is none (it must always be looked at)."""
    if isinstance(node, Not):
        return None
    if isinstance(node, Item):
        return _item(node)
    guards = [guard(part) for part in node.parts]
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
    guards: list[Guard] = []
    # What stands around the fields (time, file) is always there.
    plain = field is not None and field not in ENVELOPE
    if field is not None and plain:
        guards.append(_of([Has(field)]))
        if equal := _equal(want):
            guards.append(_of([Is(field, value) for value in equal]))
    # Findings are added after the scan; keywords look at every field, at those that are not scanned too.
    if plain and field not in UNSCANNED and not field.startswith(FINDINGS) and (literals := _literals(want)):
        guards.append(_of([Scanned(literal) for literal in literals]))
    return min(guards, key=lambda g: g.share, default=None)


def _of(atoms: Iterable[Atom]) -> Guard:
    some = frozenset(atoms)
    return Guard(some, sum(map(_share, some)))


def _equal(want: Want) -> list[Any]:
    """The values that a field must equal, when that can be told."""
    if isinstance(want, Number):
        return [want.value, str(want.value)]
    if isinstance(want, Bool):
        return [want.value, str(want.value).lower()]
    if isinstance(want, Text) and want.shape()[0] == "equals" and not _could_be_number(want.longest()):
        return [fold(want.longest())]
    return []


def _literals(want: Want) -> list[str] | None:
    """Strings of which one must be in the scanned text; None when the value may be a number, which is not scanned."""
    if isinstance(want, Text):
        some = [want.longest()]
    elif isinstance(want, Regex):
        some = list(required(want.pattern) or [])
    else:
        return None
    some = [one[:_LONGEST] for one in some]
    if not some or any(len(one) < 2 or _could_be_number(one) or not _encodable(one) for one in some):
        return None
    return some


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _could_be_number(text: str) -> bool:
    """Whether a number or boolean, written as text, could hold `text`."""
    folded = fold(text)
    return set(folded) <= set("0123456789.e+-") or any(folded in word for word in ("true", "false", "inf", "nan"))


def _share(atom: Atom) -> float:
    if isinstance(atom, Scanned):
        return float(10.0 ** -min(len(atom.literal) / 2, 4))
    rare = atom.field.startswith(FINDINGS) and atom.field not in _COMMON
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
    """Finds the rules whose guard holds.

    Args:
        guards: (number, guard) of each rule.
        place: where a literal stands among the scan's patterns; `odd`: where `ODD` stands.
    """

    def __init__(self, guards: Iterable[tuple[int, Guard | None]], place: dict[str, int], odd: int) -> None:
        always: set[int] = set()
        scanned: dict[int, set[int]] = {}
        has: dict[str, set[int]] = {}
        equal: dict[str, dict[Any, set[int]]] = {}
        for number, one in guards:
            if one is None:
                always.add(number)
                continue
            for atom in one.atoms:
                if isinstance(atom, Scanned):
                    scanned.setdefault(place[fold(atom.literal)], set()).add(number)
                elif isinstance(atom, Has):
                    has.setdefault(atom.field, set()).add(number)
                else:
                    equal.setdefault(atom.field, {}).setdefault(atom.value, set()).add(number)
        scanned[odd] = set().union(*scanned.values())
        self._always, self._scanned, self._has, self._equal = always, scanned, has, list(equal.items())
        self._names = has.keys()

    def candidates(self, fields: dict[str, Any], hits: frozenset[int]) -> set[int]:
        """Numbers of the rules to look at. Do not change the set."""
        found = self._always
        for hit in hits:
            numbers = self._scanned.get(hit)
            if numbers:
                found = found | numbers
        if not self._names.isdisjoint(fields):
            for name in self._names & fields.keys():
                found = found | self._has[name]
        for name, table in self._equal:
            value = fields.get(name)
            if value is not None:
                for key in value if value.__class__ is list else (value,):
                    numbers = table.get(_key(key))
                    if numbers:
                        found = found | numbers
        return found


def _key(value: Any) -> Any:
    if value.__class__ is str:
        return fold(value)
    return None if value.__class__ in (list, dict) else value


def wanted(guards: Iterable[Guard | None]) -> list[str]:
    """Every string that the scan must look for, once each, folded."""
    return sorted({fold(atom.literal) for one in guards if one for atom in one.atoms if isinstance(atom, Scanned)})
