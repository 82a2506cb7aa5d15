"""Events put through the detectors as the daemon does it, for `rules test` and `rules eval`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sentinel.clock import SystemClock
from sentinel.detectors import load
from sentinel.evidence.redact import Redactor
from sentinel.formats._base import Format
from sentinel.formats._lines import whole
from sentinel.inspector import Inspector
from sentinel.records.event import Event
from sentinel.rules.author.evaluate import Hit
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.rule import Rule


class Bench:
    """Detectors and rules over events that are nobody's incident: nothing is stored.

    Args:
        rules: those to fire; none for findings alone.

    A detector that throws ends it: here one wants to know.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._memories: list[_Memory] = []
        # Pseudonyms stay in this process, so that their key is no secret.
        self._inspector = Inspector(load(Redactor(bytes(32)).pseudonym), RuleSet(list(rules)), self._memory)

    def hits(self, form: Format, lines: Iterable[bytes], skipped: Callable[[int], None] = lambda line: None) -> Iterator[Hit]:
        """Every match in the lines of a log. A line that its format cannot take is counted and skipped.

        Args:
            skipped: told the number of each such line.
        """
        for piece in whole(form, lines, SystemClock()):
            line = piece.line
            if piece.reason:
                skipped(line.offset)
            for part, record in enumerate(piece.records, piece.part):
                event = Event(line.file, line.offset, record.at, record.category or form.category, record.fields, part)
                for firing in self._inspector.inspect(event, _raised)[1]:
                    yield Hit(line.offset, firing.rule.id, firing.rule.title)

    def fresh(self) -> Callable[[Event], None]:
        """Adds findings alone, beginning with nothing remembered."""
        for memory in self._memories:
            memory.clear()
        return self._findings

    def _findings(self, event: Event) -> None:
        self._inspector.inspect(event, _raised, rules=False)

    def _memory(self, owner: str) -> _Memory:
        self._memories.append(_Memory())
        return self._memories[-1]


class _Memory(dict[str, Any]):
    def put(self, key: str, value: Any, at: int = 0) -> None:
        self[key] = value


def _raised(extension: str, error: Exception) -> None:
    raise error
