"""The nouns: a rule as it is known to others, a detection, a correlation, a firing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from sentinel.records.event import CATEGORIES, Event
from sentinel.rules.logsource import Logsource
from sentinel.rules.tree import Node

# What `status:` may say.
STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")


class RuleInfo(Struct, frozen=True):
    """What others need to know of a rule.

    Attributes:
        id: its `id`; without one its `name`, else its file and place. title, level, tags, description, falsepositives: as
            written; a rule without a level is "medium".
        name: as correlations may refer to it; may be empty.
        kind: "detection" or a correlation's type.
        category: of the events it looks at, "" for all; see `Logsource.events`. logsource: as written.
        story, principal, runbook: of the attribute `sentinel:`; principal may be empty.
        file, line: where it stands.
    """

    id: str
    title: str
    level: str
    tags: tuple[str, ...]
    name: str = ""
    kind: str = "detection"
    category: str = ""
    logsource: Logsource = Logsource()
    status: str = ""
    description: str = ""
    falsepositives: tuple[str, ...] = ()
    story: str = "other"
    principal: str = ""
    runbook: str = ""
    file: str = ""
    line: int = 1

    @property
    def foreign(self) -> bool:
        """It is about logs that no format reads, as its logsource says."""
        return self.category not in ("", *CATEGORIES)


class Detection(Struct, frozen=True):
    """A rule about one event."""

    info: RuleInfo
    tree: Node


class Bounds(Struct, frozen=True):
    """A correlation's condition: every one of (operator, number) holds."""

    pairs: tuple[tuple[str, int | float | Decimal], ...]

    def hold(self, count: float | Decimal) -> bool:
        return all(_HOLDS[op](count, bound) for op, bound in self.pairs)

    def __str__(self) -> str:
        return " and ".join(f"{op} {bound}" for op, bound in self.pairs)

    @property
    def least(self) -> int:
        """The smallest count that satisfies it, for conditions that only ask for enough (`gte`, `gt`); else 0."""
        if {op for op, _ in self.pairs} <= {"gte", "gt"}:
            return max(1, *(int(-(-bound // 1)) if op == "gte" else int(bound // 1) + 1 for op, bound in self.pairs), 1)
        return 0

    @property
    def most(self) -> int:
        """Counting beyond this changes no answer."""
        return max(2, *(int(bound) + 2 for _, bound in self.pairs), 2)


_HOLDS: dict[str, Any] = {
    "gte": lambda a, b: a >= b, "gt": lambda a, b: a > b, "lte": lambda a, b: a <= b, "lt": lambda a, b: a < b,
    "eq": lambda a, b: a == b, "neq": lambda a, b: a != b,
}
OPERATORS = frozenset(_HOLDS)


class Correlation(Struct, frozen=True):
    """A rule about several events.

    Attributes:
        rules: ids of the rules it listens to, in order. generate: those rules speak for themselves too.
        group_by: field names or aliases. aliases: alias -> rule id -> field.
        span: nanoseconds. bounds: its condition; None for a temporal one without. fields: what value_* look at.
        percentile: which one, 0 to 100, of a value_percentile. expression: a temporal condition over rule ids; see `expression`.
    """

    info: RuleInfo
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    span: int
    bounds: Bounds | None = None
    fields: tuple[str, ...] = ()
    aliases: dict[str, dict[str, str]] = {}
    generate: bool = False
    percentile: int | float = 50
    expression: Any = None


Rule = Detection | Correlation


def only_heard(rules: Iterable[Rule]) -> frozenset[str]:
    """Ids of the rules that never alert: only correlations listen to them, and none of those says `generate: true`."""
    linked = [rule for rule in rules if isinstance(rule, Correlation)]
    speaking = {id_ for rule in linked if rule.generate for id_ in rule.rules}
    return frozenset(id_ for rule in linked for id_ in rule.rules) - speaking


def needed(own: Iterable[Rule], every: Sequence[Rule]) -> list[Rule]:
    """`own` and the rules they listen to, in the order of `every`."""
    by_id = {rule.info.id: rule for rule in every}
    wanted: set[str] = set()
    waiting = [rule.info.id for rule in own]
    while waiting:
        id_ = waiting.pop()
        if id_ not in wanted and (rule := by_id.get(id_)) is not None:
            wanted.add(id_)
            waiting += rule.rules if isinstance(rule, Correlation) else ()
    return [rule for rule in every if rule.info.id in wanted]


def counted(rules: Sequence[Rule]) -> str:
    """How many rules work, in the words that every command uses."""
    silent = only_heard(rules) & {rule.info.id for rule in rules}
    said = f"{len(rules):,} rule(s) work"
    return said + f" ({len(rules) - len(silent):,} alert, {len(silent):,} only feed correlations)" * bool(silent)


class Firing(Struct, frozen=True):
    """One match.

    Attributes:
        group: a correlation's group-by values. count: what its condition was asked about (a number of events, a sum, an
            average ...), 1 for a detection.
        matched: (field, its value as found in the event) for what the condition rested on.
        event: the event that completed it. at: its time.
    """

    rule: RuleInfo
    group: tuple[tuple[str, str], ...]
    count: int | float
    matched: tuple[tuple[str, Any], ...]
    event: Event
    at: int
