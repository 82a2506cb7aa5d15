"""Why a rule fired or did not: one rule, the events it was asked about, and what a person or a script is told.

In: rules, and events of a file or of the journal. Out: `Why`, and how it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from rich.text import Text

from sentinel.clock import iso
from sentinel.evidence.redact import hides
from sentinel.journal import events
from sentinel.journal.database import Journal
from sentinel.records.alert import Alert
from sentinel.records.event import CATEGORIES, Event
from sentinel.rules.author.progress import InGroup, Moment, Progress, follow
from sentinel.rules.match.trace import Explained, Trace, needs
from sentinel.rules.rule import Correlation, Detection, Rule, RuleInfo, needed
from sentinel.views import explained, progress, terminal


class On(Struct):
    """A detection on one event. label: what the event is called. everywhere: see `RuleSet`."""

    rule: RuleInfo
    label: str
    event: Event
    tree: Explained
    stored: bool = False
    everywhere: bool = False

    @property
    def hides(self) -> Callable[[Any], bool]:
        return hides if self.stored else lambda value: False

    @property
    def matches(self) -> bool:
        return self.tree.held and not self.misses

    @property
    def misses(self) -> bool:
        """Whether the event is of a category that the rule is not for."""
        wanted, given = self.rule.category, self.event.category
        if not wanted or wanted == given:
            return False
        # As `RuleSet` has it.
        return not self.everywhere or (given in CATEGORIES and self.rule.logsource.ours)


class Why(Struct):
    """One rule explained.

    Attributes:
        on: the detection, or a correlation's base rules, each on the event that matches or comes nearest.
        events, matched: how many events were asked about, and how many of them a detection matches.
        progress: how far a correlation came. reasons: what matched when it fired, as stored. missing: what cannot be told, and why.
    """

    rule: Rule | None
    title: str
    on: list[On] = []
    events: int = 1
    matched: int = 0
    progress: Progress | None = None
    titles: dict[str, str] = {}
    alert: Alert | None = None
    missing: str = ""


def of_given(rule: Rule, rules: Sequence[Rule], given: Iterable[tuple[str, Event]], *, everywhere: bool) -> Why:
    """A rule on events of a file. Args: everywhere: see `RuleSet`."""
    if isinstance(rule, Detection):
        why = Why(rule, rule.info.title)
        why.on, why.events, why.matched = _nearest(rule, given, everywhere)
        return why
    kept = list(given)
    bases = [one for one in needed([rule], rules) if isinstance(one, Detection)]
    found = follow(rule, needed([rule], rules), kept, everywhere=everywhere)
    unmet = [one for one in bases if not found.matched.get(one.info.id, 0)] if len(kept) > 1 else bases
    return Why(rule, rule.info.title, on=[on for base in unmet for on in _nearest(base, kept, everywhere)[0]], events=len(kept), progress=found,
               titles=_titles(rules))


def _nearest(rule: Detection, given: Iterable[tuple[str, Event]], everywhere: bool) -> tuple[list[On], int, int]:
    """The first event that matches, or that misses least; how many there are, how many match."""
    trace, best, count, matched = Trace(rule.tree), None, 0, 0
    least = (True, 0)
    for label, event in given:
        count += 1
        on = On(rule.info, label, event, trace.explain(event.fields if everywhere else event.document()), everywhere=everywhere)
        far = on.misses, len(needs(on.tree))
        matched += on.matches
        if best is None or far < least:
            best, least = on, far
    return [best] if best else [], count, matched


def of_stored(rule: Rule, rules: Sequence[Rule], journal: Journal, seq: int, event: Event) -> Why:
    """A rule on an event of the journal; a correlation on those before it too, as far back as its timespans reach."""
    mine = needed([rule], rules)
    on = [_on_stored(one, event) for one in mine if isinstance(one, Detection)]
    why = Why(rule, rule.info.title, on, matched=sum(one.matches for one in on), titles=_titles(rules))
    if isinstance(rule, Correlation):
        span = sum(one.span for one in mine if isinstance(one, Correlation))
        before = events.paged(journal, since=event.at - span, until=event.at, through=seq)
        why.progress = follow(rule, mine, ((one.id, one) for _, one in before))
        why.events = why.progress.events
        # It is about this event, and so about its groups.
        why.progress.groups = [told for told in why.progress.groups if any(one.label == event.id for one in (*told.completed, *told.moments))]
    return why


def _on_stored(rule: Detection, event: Event) -> On:
    return On(rule.info, event.id, event, Trace(rule.tree).explain(event.document()), stored=True)


def of_alert(alert: Alert, rules: Sequence[Rule], journal: Journal) -> Why:
    """An alert of the journal, as far as its rule and its events are still there."""
    rule = next((one for one in rules if one.info.id == alert.rule), None)
    if rule is None:
        return Why(None, alert.title, alert=alert, missing=f"no rule {alert.rule} is among these rules: it was removed, or is sentinel's own")
    found = events.get(journal, alert.event)
    if found is None:
        return Why(rule, alert.title, alert=alert, missing=f"event {alert.event} is no longer in the journal")
    why = of_stored(rule, rules, journal, *found)
    why.alert = alert
    if isinstance(rule, Correlation):
        why.on = [one for one in why.on if one.matches]
    return why


def _titles(rules: Iterable[Rule]) -> dict[str, str]:
    return {rule.info.id: rule.info.title or rule.info.id for rule in rules}


def put(why: Why) -> None:
    """For a person."""
    terminal.say(why.title or (why.rule.info.id if why.rule else ""), "bold")
    if why.rule is not None:
        info = why.rule.info
        terminal.say_under(terminal.safe(f"{info.level} · {info.id}", "dim"), 2)
        terminal.say_under(terminal.safe(f"{info.file}:{info.line}", "dim"), 2)
    if isinstance(why.rule, Correlation):
        terminal.say_under(terminal.safe(progress.asks(why.rule), "dim"), 2)
    if why.alert is not None:
        _put_alert(why.alert)
    if why.missing:
        terminal.say_under(terminal.safe(why.missing, "yellow"), 2)
    if isinstance(why.rule, Detection) and why.events != 1:
        terminal.say_under(terminal.safe(f"{why.matched:,} of {why.events:,} event(s) match" + (
            "; the first of them:" if why.matched else "; the nearest:" if why.events else "")), 2)
    if why.progress is not None and isinstance(why.rule, Correlation):
        terminal.say()
        for head, line in progress.lines(why.rule, why.progress, why.titles):
            terminal.say_beside(Text("  ") + head, line)
    for one in why.on:
        terminal.say()
        _put_on(one, named=why.progress is not None, fired=why.alert is not None)


def _put_alert(alert: Alert) -> None:
    terminal.say_under(terminal.safe(f"fired {terminal.exact(alert.at)} on event {alert.event}"), 2)
    for reason in alert.reasons:
        terminal.say_beside(Text.assemble("    ", terminal.safe(reason.field, "dim"), "  "), terminal.safe(reason.value))


def _put_on(on: On, *, named: bool, fired: bool) -> None:
    if named:
        terminal.say(on.rule.title or on.rule.id, "bold")
    where = terminal.safe(f"{on.label}, ").append(terminal.safe(f"{terminal.exact(on.event.at)}, " if on.event.at else "", "dim"))
    held = ("matches", "bold green") if on.matches else ("does not match", "bold red")
    terminal.say_under(where.append(*held), 2 if named else 0)
    if on.misses:
        terminal.say_under(terminal.safe(
            f"its logsource is {on.rule.category} and the event is {on.event.category or 'of no category'}: the rule is never asked about it",
            "yellow"), 2)
    for head, line in explained.tree(on.tree, on.hides):
        terminal.say_beside(Text("  ") + head, line)
    _put_needs(on, fired)


def _put_needs(on: On, fired: bool) -> None:
    wanted = explained.why_not(on.tree, on.event.document().keys(), on.hides)
    if not wanted:
        return
    if fired:
        terminal.say_under(terminal.safe("it does not hold now: the text was redacted, or the rule was changed since", "yellow"), 2)
    terminal.say("It would match if" + (" all of this were so:" if len(wanted) > 1 else ""), "bold")
    for sentence in wanted:
        terminal.say_beside(Text("  "), terminal.safe(sentence))


def plain(why: Why) -> dict[str, Any]:
    """For scripts."""
    document: dict[str, Any] = {"rule": why.rule.info.id if why.rule else why.alert.rule if why.alert else "", "title": why.title,
                                "events": why.events, "matched": why.matched, "on": list(map(_plain_on, why.on))}
    if why.progress is not None:
        document |= {"base_rules": why.progress.matched, "ungrouped": why.progress.ungrouped, "groups": list(map(_plain_group, why.progress.groups))}
        del document["matched"]
    if why.alert is not None:
        document["alert"] = msgspec.to_builtins(why.alert)
    return document | ({"missing": why.missing} if why.missing else {})


def _plain_on(on: On) -> dict[str, Any]:
    known = on.event.document().keys()
    return {
        "rule": on.rule.id, "event": on.label, "@timestamp": iso(on.event.at) if on.event.at else None, "matches": on.matches,
        "category_fits": not on.misses, "tree": msgspec.to_builtins(on.tree),
        "needs": [{"key": need.leaf.key, "holds": need.holds, "says": explained.sentence(need, known, on.hides),
                   "redacted": explained.doubtful(need.leaf, on.hides)} for need in needs(on.tree)]}


def _plain_group(told: InGroup) -> dict[str, Any]:
    window = told.window
    return {"group": dict(told.group), "fired": told.fired, "completed": list(map(_plain_moment, told.completed)),
            "count": window.count if window else 0, "missing": window.missing if window else "",
            "inside": list(map(_plain_moment, told.inside)),
            "gone": [{**_plain_moment(one), "out_by_seconds": by / 1e9} for one, by in told.gone]}


def _plain_moment(one: Moment) -> dict[str, Any]:
    return {"event": one.label, "@timestamp": iso(one.at), "rules": list(one.rules), **({"values": list(one.values)} if one.values else {})}
