"""How often things occur in events, guessed from the rules themselves.

In: the rules' trees. Out: a share of events for a word or a field's value. What many rules speak of is ordinary: `.exe` and
`\\windows\\` stand in thousands of published values and in most events, the name of a tool stands in one. A wrong guess costs
time and never a match.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sentinel.rules.glob import Text, fold
from sentinel.rules.tree import Bool, Item, Node, Number, items

# Letters in a row by which words are compared: as many as tell `.exe` from a name.
_RUN = 4
# By length, for a word of which no other rule speaks.
_BY_LENGTH = {0: 1.0, 1: 0.5, 2: 0.3, 3: 0.05, 4: 0.01, 5: 0.004}
_LONG = 0.001
_BEYOND_ASCII = 0.01
# Digits and dashes make times and versions, which nearly every event has.
_NO_LETTERS = 0.2


class Rarity:
    """Shares of events, 0 to 1. Without rules, words are told apart by their length alone."""

    def __init__(self, trees: Iterable[Node] = ()) -> None:
        self._runs: Counter[str] = Counter()
        self._values: Counter[tuple[str, object]] = Counter()
        self._fields: Counter[str] = Counter()
        self._rules = 1
        for tree in trees:
            self._rules += 1
            self._count(items(tree))

    def _count(self, lines: list[Item]) -> None:
        """One rule counts once for each thing."""
        words = {fold(part) for line in lines for want in line.wants if isinstance(want, Text)
                 for part in want.parts if isinstance(part, str)}
        self._runs.update({word[at:at + _RUN] for word in words for at in range(len(word) - _RUN + 1)})
        self._fields.update({line.field for line in lines if line.field is not None})
        self._values.update({(line.field, value) for line in lines if line.field is not None
                             for want in line.wants if (value := _value(want)) is not None})

    def of_word(self, word: str) -> float:
        """That `word` (folded) stands somewhere in an event's text: it is as rare as its rarest run of letters."""
        share = _BY_LENGTH.get(len(word), _LONG) if word.isascii() else _BEYOND_ASCII
        if len(word) < 2 * _RUN and not any(map(str.isalpha, word)):
            share = max(share, _NO_LETTERS)
        runs = self._runs
        spoken = min([runs[word[at:at + _RUN]] for at in range(len(word) - _RUN + 1)], default=0)
        return share + 3 * max(0, spoken - 1) / self._rules

    def of_value(self, field: str, value: object) -> float:
        """That `field`, where it is there, equals `value` (folded)."""
        # A long name is rare wherever it stands.
        least = min(0.02, self.of_word(value)) if isinstance(value, str) else 0.02
        return least + 0.7 * max(0, self._values[field, value] - 1) / max(1, self._fields[field])


def _value(want: object) -> object:
    if isinstance(want, Text):
        return fold(want.longest()) if want.shape()[0] == "equals" else None
    return want.value if isinstance(want, (Number, Bool)) else None
