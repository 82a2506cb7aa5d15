"""An alert: one firing of a rule, with the reason."""

from __future__ import annotations

from msgspec import Struct

from sentinel.records.principal import Principal

LEVELS = ("informational", "low", "medium", "high", "critical")


class Reason(Struct, frozen=True):
    """What in the event made the rule fire.

    Attributes:
        field: the field's name. value: a redacted excerpt of its value, at most 200 characters, never raw personal data.
    """

    field: str
    value: str


class Alert(Struct, frozen=True):
    """One firing of a rule.

    Attributes:
        id: 16 hex digits, derived from the rule's id and the event that completed it (and the group key).
        rule: the rule's id. title: its title. level: one of `LEVELS`. tags: its tags. story: what kind of incident
            it belongs to ("leak", "injection", "extraction", "access", ...).
        event: id of the event that completed it. at: that event's time.
        principal: who it is about.
        group: for correlations, the group-by values as (field, value) pairs; empty for plain detections.
        count: for correlations, what was counted; 1 for plain detections.
        reasons: what matched, redacted.
        entities: fields of the event a playbook may act on (`source.ip`, `sentinel.key.hash`, `user.id`,
            `gen_ai.request.model`, ...), each with its value.
        runbook: a link or path for the on-call engineer; may be empty.
    """

    id: str
    rule: str
    title: str
    level: str
    tags: tuple[str, ...]
    story: str
    event: str
    at: int
    principal: Principal
    group: tuple[tuple[str, str], ...]
    count: int
    reasons: tuple[Reason, ...]
    entities: dict[str, str]
    runbook: str = ""
