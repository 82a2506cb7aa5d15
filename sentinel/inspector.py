"""What one event shows: one scan over its text, then the detectors and rules that the scan says may have something to say.

In: an event. Out: findings and firings; the event has its `sentinel.*` fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from msgspec import Struct

from sentinel.detectors._base import Detector, Memory, texts
from sentinel.detectors._catalogue import UNREAD
from sentinel.errors import JournalError
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.rule import Firing
from sentinel.scan import NONE, Pattern, Scan, text_of

# Access lines repeat each other in all but address, time and size; what a text of this length shows is remembered.
_SHORT, _REMEMBERED = 512, 4096


class _Seen(Struct, frozen=True):
    """Which patterns occur in a text, each as its owner counts them: by place of the detector, and those of the rules."""

    detectors: dict[int, frozenset[int]]
    rules: frozenset[int]


class Inspector:
    """The one scan over an event's text, and who is asked because of it: detectors first, then rules."""

    def __init__(self, detectors: Sequence[Detector], rules: RuleSet, memory: Callable[[str], Memory]) -> None:
        self._rules = rules
        self._asked = [(detector, memory(f"detector:{detector.name}")) for detector in detectors]
        self._needs = [(index, fields) for index, (detector, _) in enumerate(self._asked) for fields in detector.needs]
        self._needed = frozenset[str]().union(*(fields for _, fields in self._needs))
        patterns: list[Pattern] = []
        # Per pattern: whose it is and which of that owner's.
        self._owner: list[tuple[int, int]] = []
        for index, (detector, _) in enumerate(self._asked):
            self._owner += [(index, local) for local in range(len(detector.patterns))]
            patterns += detector.patterns
        # Two, though one would do: the detectors' takes seconds to compile, and rules are edited.
        self._scan, self._rules_scan = Scan(patterns), Scan(rules.patterns)
        self._look_again = lru_cache(_REMEMBERED)(self._look)

    def inspect(self, event: Event, fault: Callable[[str, Exception], None],
                *, rules: bool = True) -> tuple[list[Finding], list[Firing]]:
        """Findings and firings of one event; sets the event's `sentinel.*` fields.

        Args:
            rules: false for what our own block caused: it must not feed rules.
            fault: told when a detector throws; the event goes on without it.
        """
        text = text_of(event.fields)
        seen = self._look_again(text) if len(text) <= _SHORT else self._look(text)
        asked = seen.detectors
        if not self._needed.isdisjoint(event.fields):
            also = {index: NONE for index, fields in self._needs if fields <= event.fields.keys()}
            asked = {**also, **asked}
        findings: list[Finding] = []
        for index in sorted(asked):
            findings += self._ask(index, event, asked[index], fault)
        return findings, self._rules.evaluate(event, seen.rules) if rules else []

    def _look(self, text: str) -> _Seen:
        hits: dict[int, set[int]] = {}
        for index in self._scan.hits(text):
            owner, local = self._owner[index]
            hits.setdefault(owner, set()).add(local)
        return _Seen({owner: frozenset(local) for owner, local in hits.items()}, self._rules_scan.hits(text))

    def _ask(self, index: int, event: Event, hits: frozenset[int],
             fault: Callable[[str, Exception], None]) -> list[Finding]:
        detector, memory = self._asked[index]
        if detector.reads is not None and detector.reads.isdisjoint(event.fields):
            return []
        try:
            return detector.inspect(event, hits, memory)
        except JournalError:
            raise  # What it remembers could not be read: no fault of its own, and no event may go on without it.
        except Exception as error:  # the wall around one extension: a faulty detector must not stop the log
            fault(f"detector {detector.name}", error)
            # What it would have found is not known, so nothing of the texts may be kept.
            return [Finding(UNREAD, name, 0, len(text), 1.0) for name, text in texts(event) if text]
