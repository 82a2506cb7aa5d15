"""Which rules need not be looked at.

In: each rule's guard and the fields that it cannot do without. Out: an index that finds the rules that an event may match, by
one scan and a dict look-up a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from functools import lru_cache
from typing import Any, NamedTuple

from sentinel.rules.glob import fold
from sentinel.rules.match.guard import Guard, Has, Is, Scanned, Unread, Unscanned
from sentinel.rules.match.presence import Groups
from sentinel.scan import UNSCANNED, Pattern

_SHORT = 64
# Whoever writes the log makes as many as he likes: of thousands of rules a shape takes 200 kB.
_SHAPES, _MOST_NARROWED = 256, 1024

# Characters whose folding hyperscan's tables (Unicode 10 or so, and ASCII alone for plain literals) do not know. They are
# rare; in an event that holds one all scan guards count as met. The test of this module finds any that is missing here.
ODD = Pattern(
    "[\u017f\u13f8-\u13fd\u1c80-\u1c88\u1c90-\u1cba\u1cbd-\u1cbf\u212a\u2c2f\ua7ae\ua7b2-\ua7b4\ua7b6\ua7b8\ua7ba\ua7bc"
    "\ua7be\ua7c0\ua7c2\ua7c4-\ua7c7\ua7c9\ua7d0\ua7d6\ua7d8\ua7f5\uab70-\uabbf\U000104b0-\U000104d3\U00010570-\U0001057a"
    "\U0001057c-\U0001058a\U0001058c-\U00010592\U00010594-\U00010595\U00010c80-\U00010cb2\U00016e40-\U00016e5f"
    "\U0001e900-\U0001e921]")


Numbers = frozenset[int]
_NONE: Numbers = frozenset()


class _Field:
    """What is asked of one field. `bit`: its own, among those that are there."""

    __slots__ = ("_lengths", "_table", "_unread", "asked", "bit")

    def __init__(self, bit: int) -> None:
        self.bit, self.asked = bit, False
        self._table: dict[Any, set[int]] = {}
        self._unread: set[int] = set()
        # Folding keeps the length, so most strings are told apart without it.
        self._lengths: set[int] = set()

    def note(self, atom: Is | Unread, rule: int) -> None:
        self.asked = True
        if isinstance(atom, Unread):
            self._unread.add(rule)
            return
        self._table.setdefault(atom.value, set()).add(rule)
        if atom.value.__class__ is str:
            self._lengths.add(len(atom.value))

    def ask(self, value: Any) -> Set[int]:
        """The rules whose word about this field `value` meets."""
        if value.__class__ is str:
            return self._table.get(fold(value), _NONE) if len(value) in self._lengths else _NONE
        if value is None:
            return _NONE
        if value.__class__ is not list:
            return self._unread if value.__class__ is dict else self._unread | self._table.get(value, _NONE)
        found = set() if all(one.__class__ is str for one in value) else set(self._unread)
        for one in value:
            if one.__class__ is not list and one.__class__ is not dict:
                found |= self._table.get(fold(one) if one.__class__ is str else one, _NONE)
        return found


class _Narrowed(dict[int, Numbers]):
    """By pattern that occurs: the rules that look for it and are possible."""

    def __init__(self, scanned: Mapping[int, Set[int]], possible: Numbers) -> None:
        self._scanned, self._possible = scanned, possible

    def __missing__(self, hit: int) -> Numbers:
        if len(self) >= _MOST_NARROWED:
            self.clear()
        found = self[hit] = self._possible.intersection(self._scanned.get(hit, _NONE))
        return found


class _Shape(NamedTuple):
    """What events with the same fields have in common; `anyway`, `ordered`, `possible`: see `Index._having`.

    Attributes:
        asked: the fields whose values matter, and what to ask them. kept: those that are not scanned and may hold a word.
    """

    anyway: Numbers
    ordered: tuple[int, ...]
    possible: Numbers
    scanned: _Narrowed
    asked: list[tuple[str, Callable[[Any], Set[int]]]]
    kept: list[str]


class Index:
    """Finds the rules that may match.

    Args:
        rules: (number, guard, groups of fields) of each.
        place: where what is scanned for stands among the scan's patterns; `odd`: where `ODD` stands.
    """

    def __init__(self, rules: Iterable[tuple[int, Guard | None, Groups]], place: dict[Scanned, int], odd: int) -> None:
        self._always: set[int] = set()
        self._all: set[int] = set()
        self._scanned: dict[int, set[int]] = {odd: set()}
        self._fields: dict[str, _Field] = {}
        self._unscanned: dict[str, set[int]] = {}
        self._has: dict[int, set[int]] = {}
        self._needed: dict[int, set[int]] = {}
        self._place, self._odd = place, odd
        for number, guard, groups in rules:
            self._all.add(number)
            for group in groups:
                self._needed.setdefault(self._bits(group), set()).add(number)
            if guard is None:
                self._always.add(number)
            else:
                self._guarded(guard, number)
        # Events come in few shapes; fields that no rule names make no other.
        self._shaped_again = lru_cache(_SHAPES)(self._shaped)
        self._having_again = lru_cache(_SHAPES // 2)(self._having)
        self._words_again = lru_cache(4096)(self._words)

    def _guarded(self, guard: Guard, rule: int) -> None:
        for atom in guard.atoms:
            if isinstance(atom, Scanned):
                self._scanned.setdefault(self._place[atom], set()).add(rule)
                self._scanned[self._odd].add(rule)
            elif isinstance(atom, Has):
                self._has.setdefault(self._field(atom.field).bit, set()).add(rule)
            elif isinstance(atom, Unscanned):
                self._unscanned.setdefault(atom.text, set()).add(rule)
            else:
                self._field(atom.field).note(atom, rule)

    def _field(self, name: str) -> _Field:
        return self._fields.get(name) or self._fields.setdefault(name, _Field(1 << len(self._fields)))

    def _bits(self, names: Iterable[str]) -> int:
        return sum(self._field(name).bit for name in names)

    def candidates(self, fields: dict[str, Any], hits: frozenset[int]) -> tuple[int, ...]:
        """The numbers of the rules to look at, in order."""
        shape = self._shaped_again(tuple(fields))
        met = [rules for hit in hits if (rules := shape.scanned[hit])]
        for name, ask in shape.asked:
            if (asked := ask(fields[name])) and (rules := shape.possible.intersection(asked)):
                met.append(rules)
        for name in shape.kept:
            met += self._in_unscanned(fields[name], shape.possible)
        return tuple(sorted(shape.anyway.union(*met))) if met else shape.ordered

    def _shaped(self, names: tuple[str, ...]) -> _Shape:
        known = [(name, self._fields[name]) for name in names if name in self._fields]
        anyway, ordered, possible = self._having_again(sum(field.bit for _, field in known))
        return _Shape(anyway, ordered, possible, _Narrowed(self._scanned, possible), [(name, field.ask) for name, field in known if field.asked],
                      [name for name in names if name in UNSCANNED] if self._unscanned else [])

    def _having(self, there: int) -> tuple[Numbers, tuple[int, ...], Numbers]:
        """Of these fields: the rules to be looked at whatever they hold, the same in order, and all that lack none."""
        possible, anyway = set(self._all), set(self._always)
        for bits, rules in self._needed.items():
            if not there & bits:
                possible -= rules
        for bit, rules in self._has.items():
            if there & bit:
                anyway |= rules
        anyway &= possible
        return frozenset(anyway), tuple(sorted(anyway)), frozenset(possible)

    def _in_unscanned(self, value: Any, possible: Numbers) -> list[Numbers]:
        """Those of the possible ones whose words stand in a value that is not scanned."""
        found = [possible & (self._words_again(text) if len(text) <= _SHORT else self._words(text))
                 for text in (value if value.__class__ is list else (value,)) if text.__class__ is str]
        return [rules for rules in found if rules]

    def _words(self, text: str) -> Numbers:
        folded = fold(text)
        return _NONE.union(*(rules for word, rules in self._unscanned.items() if word in folded))
