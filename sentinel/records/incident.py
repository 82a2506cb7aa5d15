"""An incident: alerts that belong together, with severity, state and timeline."""

from __future__ import annotations

from msgspec import Struct

from sentinel.records.alert import Alert, Reason
from sentinel.records.principal import Principal

STATES = ("open", "acknowledged", "contained", "resolved", "false_positive")


class Seen(Struct, frozen=True):
    """One rule's part in an incident: how often it fired and when last."""

    title: str
    level: str
    count: int
    first_at: int
    last_at: int


class Incident(Struct, frozen=True):
    """What a person is told about.

    Attributes:
        id: "INC-" and 10 letters, derived from story, principal and the alert that opened it.
        version: grows by one with each change; notifiers and Elasticsearch use it to skip stale copies.
        title: of its gravest rule. story: see `Alert.story`. severity: one of `LEVELS`. score: accumulated risk.
        state: one of `STATES`.
        principal: who it is about.
        rules: rule id -> what it contributed.
        entities: field -> values seen, oldest first, at most 20 each.
        evidence: redacted excerpts, at most 20.
        alerts: number of alerts folded in.
        first_at, last_at: event time of the first and last alert; of trouble of sentinel's own, when it began and ended.
        opened_at: wall time when it was opened.
    """

    id: str
    version: int
    title: str
    story: str
    severity: str
    score: int
    state: str
    principal: Principal
    rules: dict[str, Seen]
    tags: tuple[str, ...]
    entities: dict[str, tuple[str, ...]]
    evidence: tuple[Reason, ...]
    alerts: int
    first_at: int
    last_at: int
    opened_at: int
    runbook: str = ""


class Entry(Struct, frozen=True):
    """One line of an incident's timeline. `kind`: opened, alert, severity, state, step, note. `text` is safe to print."""

    incident: str
    at: int
    kind: str
    text: str


class Change(Struct, frozen=True):
    """What one alert did to an incident: the incident after it, and whether it is new."""

    incident: Incident
    opened: bool
    alert: Alert
