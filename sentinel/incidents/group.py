"""Alerts of one principal and story fold into one incident, as long as they keep coming.

In: an alert, and the open incident it may belong to. Out: the incident after it, and what its timeline gains. Pure.
"""

from __future__ import annotations

import base64
from hashlib import blake2b

from msgspec.structs import replace

from sentinel.incidents import risk
from sentinel.records.alert import LEVELS, Alert, Reason
from sentinel.records.incident import Entry, Incident, Seen

_MOST_VALUES = 20
_MOST_EVIDENCE = 20


def incident_id(alert: Alert) -> str:
    """Derived from story, principal and the alert that opens it: a re-read after a crash gives the same id."""
    key = "\x00".join((alert.story, alert.principal.kind, alert.principal.id, alert.id))
    return "INC-" + base64.b32encode(blake2b(key.encode("utf-8", "replace"), digest_size=7).digest()).decode()[:10]


def fold(alert: Alert, into: Incident | None, now: int) -> tuple[Incident, list[Entry]]:
    """The incident after `alert`.

    Args:
        into: the open incident of the same story and principal, or None to open one.
        now: wall time, nanoseconds.
    """
    before = into or _opened(alert, now)
    rules = {**before.rules, alert.rule: _seen(before.rules.get(alert.rule), alert)}
    gravest = max(rules.values(), key=lambda seen: (LEVELS.index(seen.level), seen.count))
    after = replace(
        before,
        version=before.version + 1,
        title=gravest.title,
        severity=risk.severity(rules.values()),
        score=risk.score(rules.values()),
        rules=rules,
        tags=tuple(dict.fromkeys((*before.tags, *alert.tags))),
        entities=_entities(before.entities, alert),
        evidence=_evidence(before.evidence, alert.reasons),
        alerts=before.alerts + 1,
        first_at=min(before.first_at, alert.at),
        last_at=max(before.last_at, alert.at),
        runbook=alert.runbook if gravest.title == alert.title and alert.runbook else before.runbook,
    )
    return after, _timeline(into, after, alert, now)


def _opened(alert: Alert, now: int) -> Incident:
    return Incident(
        id=incident_id(alert), version=0, title=alert.title, story=alert.story, severity=alert.level, score=0,
        state="open", principal=alert.principal, rules={}, tags=(), entities={}, evidence=(), alerts=0,
        first_at=alert.at, last_at=alert.at, opened_at=now, runbook=alert.runbook,
    )


def _seen(before: Seen | None, alert: Alert) -> Seen:
    if before is None:
        return Seen(alert.title, alert.level, 1, alert.at, alert.at)
    return replace(before, count=before.count + 1, first_at=min(before.first_at, alert.at),
                   last_at=max(before.last_at, alert.at))


def _entities(before: dict[str, tuple[str, ...]], alert: Alert) -> dict[str, tuple[str, ...]]:
    after = dict(before)
    for name, value in alert.entities.items():
        known = after.get(name, ())
        if value not in known and len(known) < _MOST_VALUES:
            after[name] = (*known, value)
    return after


def _evidence(before: tuple[Reason, ...], new: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys((*before, *new)))[:_MOST_EVIDENCE]


def _timeline(before: Incident | None, after: Incident, alert: Alert, now: int) -> list[Entry]:
    """Each rule's first firing, then every tenfold: a flood of repeats must not flood the story."""
    entries = []
    count = after.rules[alert.rule].count
    if before is None:
        entries.append(Entry(after.id, now, "opened", f"{alert.title} ({alert.level})"))
    elif count == 1:
        entries.append(Entry(after.id, now, "alert", f"{alert.title} ({alert.level})"))
    elif count in (10, 100, 1_000, 10_000, 100_000):
        entries.append(Entry(after.id, now, "alert", f"{alert.title}: {count} times"))
    if before is not None and before.severity != after.severity:
        entries.append(Entry(after.id, now, "severity", f"{before.severity} -> {after.severity}"))
    return entries
