"""Runs the cases of one rule file, and says why one does not come out.

In: the file's rules, those they listen to, and what puts an event through the detectors as the daemon would. Out: results.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from sentinel.clock import SECOND
from sentinel.records.event import Event
from sentinel.rules.author.cases.case import Case, Result, Told, problem
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.match.trace import Explained, Trace, needs
from sentinel.rules.rule import Correlation, Detection, Firing, Rule, needed
from sentinel.scan import Scan, text_of

# Puts an event through the detectors; made anew for each case, so that none remembers another.
Enrich = Callable[[Event], None]
Enriching = Callable[[], Enrich]

_MOST_ASKED, _MOST_GROUPS, _MOST_TIMES = 200, 5, 8


def bare() -> Enrich:
    """No detectors."""
    return lambda event: None


class Bench:
    """Args: own: the rules of the file. every: all rules there are, those that correlations listen to among them."""

    def __init__(self, own: Sequence[Rule], every: Sequence[Rule], enriching: Enriching = bare) -> None:
        self._own, self._every, self._enriching = own, every, enriching
        self._scans: dict[tuple[str, ...], Scan] = {}

    def run(self, rule: str, case: Case) -> Result:
        """Args: rule: the rule's file."""
        begun = time.perf_counter()
        rules = self._rules(case)
        firings = self._firings(case, rules)
        found = problem(case, firings)
        took = time.perf_counter() - begun
        if not found:
            return Result(rule, case.file, case.line, case.name, seconds=took)
        return Result(rule, case.file, case.line, case.name, found, tuple(_told(case, rules, firings)), tuple(_windows(case, rules)), took)

    def _rules(self, case: Case) -> list[Rule]:
        """Published cases are about one rule alone; another that listens to it would silence it."""
        return needed([rule for rule in self._own if not case.raw or rule.info.id in case.rules], self._every)

    def _firings(self, case: Case, rules: list[Rule]) -> list[Firing]:
        ruleset = RuleSet(rules, everywhere=case.raw)
        key = (*(rule.info.id for rule in rules), str(case.raw))
        scan = self._scans.get(key) or self._scans.setdefault(key, Scan(ruleset.patterns))
        enrich = bare() if case.raw else self._enriching()
        firings: list[Firing] = []
        for event in case.events:
            hits = scan.hits(text_of(event.fields))
            enrich(event)
            firings += [one for one in ruleset.evaluate(event, hits) if one.rule.id in case.rules]
        return firings


def _told(case: Case, rules: Sequence[Rule], firings: Sequence[Firing]) -> Iterator[Told]:
    """The condition of each detection: on the event that fired and should not, or on the one that came nearest."""
    fired = next((number for number, event in enumerate(case.events, 1) if firings and event is firings[0].event), 0)
    for rule in rules:
        if isinstance(rule, Detection) and case.events:
            trace = Trace(rule.tree)
            asked = [(number, trace.explain(_seen(event, case))) for number, event in enumerate(case.events[:_MOST_ASKED], 1)
                     if number == fired or not fired]
            if asked:
                number, explained = min(asked, key=lambda one: _missing(one[1]))
                yield Told(rule.info.title or rule.info.id, number, explained)


def _missing(explained: Explained) -> int:
    return len(needs(explained))


def _seen(event: Event, case: Case) -> dict[str, object]:
    return event.fields if case.raw else event.document()


def _windows(case: Case, rules: Sequence[Rule]) -> Iterator[str]:
    """For each correlation the groups that its rules' events fall into, and when those came."""
    by_id = {rule.info.id: rule for rule in rules}
    first = case.events[0].at if case.events else 0
    for rule in rules:
        if not isinstance(rule, Correlation):
            continue
        groups: dict[tuple[object, ...], list[str]] = {}
        for id_ in rule.rules:
            base = by_id.get(id_)
            trace = Trace(base.tree) if isinstance(base, Detection) else None
            names = [rule.aliases.get(name, {}).get(id_, name) for name in rule.group_by]
            for event in case.events if trace else ():
                fields = _seen(event, case)
                if trace and trace.explain(fields).held:
                    groups.setdefault(tuple(fields.get(name) for name in names), []).append(f"+{(event.at - first) / SECOND:g}s")
        yield f"{rule.info.title or rule.info.id}: {_asked(rule)} within {rule.span / SECOND:g}s"
        for group, times in list(groups.items())[:_MOST_GROUPS]:
            more = f" and {len(times) - _MOST_TIMES} more" if len(times) > _MOST_TIMES else ""
            yield f"  {_group(rule, group)}: {len(times)} event(s), at {', '.join(times[:_MOST_TIMES])}{more}"
        if not groups:
            yield "  no event matched any of its rules"


def _asked(rule: Correlation) -> str:
    asked = " and ".join(f"{op} {bound}" for op, bound in rule.bounds.pairs) if rule.bounds else "all of its rules"
    return f"{rule.info.kind} {asked}"


def _group(rule: Correlation, group: tuple[object, ...]) -> str:
    pairs = zip(rule.group_by, group, strict=True)
    return ", ".join(f"{name} is {'missing, so it is not counted' if value is None else value}" for name, value in pairs) or "all together"
