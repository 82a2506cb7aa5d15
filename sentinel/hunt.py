"""A rule over past events: what the journal holds, through the same matcher as the daemon's.

In: rules, a journal, a span of time. Out: hits, one by one, in order of reading; nothing is written. Events are stored redacted, with
what detectors found in them, so a rule about findings sees what the daemon saw, and one about raw text may not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from sentinel.incidents.principal import principal
from sentinel.journal import events
from sentinel.journal.database import Journal
from sentinel.records.event import Event
from sentinel.records.principal import Principal
from sentinel.rules.glob import Text
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.rule import Correlation, Detection, Firing, Rule
from sentinel.rules.tree import Node, Regex, items
from sentinel.scan import Scan, text_of

_OFTEN = 500
# Fields that hold what people wrote; what else is redacted (a model's name that is an address) is rare.
_FREE = ("gen_ai.prompt", "gen_ai.completion", "gen_ai.system_instructions", "gen_ai.tool", "url.", "error.message")


class Hit(Struct, frozen=True):
    """One firing in the past. principal: who the event is about, by fields that a client cannot forge."""

    firing: Firing
    principal: Principal

    @property
    def event(self) -> Event:
        return self.firing.event


class Span(Struct, frozen=True):
    """Which events: their times, both included, nanoseconds."""

    since: int = events.EARLIEST
    until: int = events.LATEST


class Hunt:
    """Rules over what the journal holds when it is asked; what comes meanwhile is not looked at.

    Args:
        own: the rules that are hunted for. rules: these and those they listen to, as `rule.needed` gives them. Windows of
            correlations begin empty.
        forgeable: by source, fields that its clients can write. A source that is not in it names nobody but itself.

    Attributes:
        events: how many were looked at.
    """

    def __init__(self, own: Sequence[Rule], rules: Sequence[Rule], journal: Journal, span: Span,
                 forgeable: Mapping[str, Collection[str]]) -> None:
        self._journal, self._span, self._forgeable = journal, span, forgeable
        self._wanted = {rule.info.id for rule in own}
        self._ruleset = RuleSet(rules)
        self._scan = Scan(self._ruleset.patterns)
        self._last = events.last_seq(journal)
        self.events = 0

    def hits(self, advance: Callable[[int], None] = lambda seq: None) -> Iterator[Hit]:
        """Every firing, in order of reading. Args: advance: told now and then at which event it is, of `events.last_seq`."""
        for seq, event in events.paged(self._journal, since=self._span.since, until=self._span.until, through=self._last):
            self.events += 1
            if self.events % _OFTEN == 0:
                advance(seq)
            for firing in self._ruleset.evaluate(event, self._scan.hits(text_of(event.fields))):
                if firing.rule.id in self._wanted:
                    yield Hit(firing, _principal(firing, self._forgeable))


def _principal(firing: Firing, forgeable: Mapping[str, Collection[str]]) -> Principal:
    event = firing.event
    hidden = forgeable.get(event.file.source)
    return principal(lambda name: None if hidden is None or name in hidden else event.fields.get(name),
                     event.file.source, firing.rule.principal)


def reads_text(rules: Sequence[Rule]) -> list[str]:
    """Fields of log text that the rules compare strings with: of these, personal data and secrets are stored as pseudonyms."""
    trees = [rule.tree for rule in rules if isinstance(rule, Detection)]
    return sorted({name for tree in trees for name in _texts(tree)})


def _texts(tree: Node) -> Iterator[str]:
    for item in items(tree):
        if item.field is None:
            yield "any field"
        elif item.field.startswith(_FREE) and any(isinstance(want, (Text, Regex)) for want in item.wants):
            yield item.field


def longest(rules: Sequence[Rule]) -> int:
    """The longest timespan of correlations among `rules`, nanoseconds; 0 without any."""
    return max((rule.span for rule in rules if isinstance(rule, Correlation)), default=0)
