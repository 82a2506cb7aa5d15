"""What a replay found: read from its scratch journal before that is thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct, field

from sentinel.journal import alerts, checkpoints, counts, deadletters, events, incidents, runs
from sentinel.journal.database import Journal
from sentinel.records.alert import LEVELS
from sentinel.records.incident import Incident
from sentinel.records.run import Run, Step

_MOST = 100_000


class Fired(Struct):
    """One rule. alerts: how often. first_at, last_at: event time."""

    rule: str
    title: str
    level: str
    alerts: int
    first_at: int
    last_at: int


class WouldStep(Struct):
    """One step.

    Attributes:
        state: "would do", "in act mode" (the config only observes, and this limits somebody), else the step's own.
        what: the calls, or why not. contains: it limits somebody.
    """

    uses: str
    state: str
    what: str
    contains: bool


class Would(Struct):
    """What one playbook would have done for one incident.

    Attributes:
        incident: its id. at: event time at which it would have begun. after: nanoseconds since the incident's first alert.
    """

    playbook: str
    incident: str
    at: int
    after: int
    steps: list[WouldStep] = field(default_factory=list)


class Summary(Struct):
    """Everything.

    Attributes:
        files, bytes, seconds: what was read, and how long that took. by_format: source -> format.
        lines, unreadable, events, gaps: counts. reasons: why lines could not be read, the commonest first.
        first_at, last_at: event time; 0: no event. unread: logs that could not be read at all, with why; skipped: those of
            them that merely lay in a folder.
        fired: rules, the gravest first. rules: how many there are. incidents: the gravest first. would: in order of time.
    """

    files: int
    bytes: int
    seconds: float
    by_format: dict[str, str]
    lines: int = 0
    unreadable: int = 0
    events: int = 0
    gaps: int = 0
    first_at: int = 0
    last_at: int = 0
    rules: int = 0
    interrupted: bool = False
    reasons: list[tuple[str, int]] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    fired: list[Fired] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    would: list[Would] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 when a log could not be read at all; what was found in it is no fault."""
        return 1 if self.unread else 0


def fill(summary: Summary, journal: Journal, modes: Mapping[str, str], meant: Collection[str]) -> None:
    """Args: modes: how far each playbook may go, by name. meant: sources whose logs somebody named, or the config reads."""
    counted = counts.all_of(journal)
    summary.lines = sum(n for name, n in counted.items() if name.startswith("lines:"))
    summary.unreadable = sum(n for name, n in counted.items() if name.startswith("deadletters:"))
    summary.gaps = len(checkpoints.gaps(journal))
    for _, event in events.listed(journal):
        summary.events += 1
        summary.first_at = min(summary.first_at or event.at, event.at)
        summary.last_at = max(summary.last_at, event.at)
    summary.reasons = Counter(letter.reason for letter in deadletters.listed(journal, limit=_MOST)).most_common(5)
    summary.fired = _fired(journal)
    summary.incidents = sorted(incidents.listed(journal), key=lambda i: (-LEVELS.index(i.severity), i.first_at))
    summary.would = sorted((_would(incident, run, steps, modes) for incident in summary.incidents
                            for run, steps in runs.of_incident(journal, incident.id)), key=lambda would: (would.at, would.playbook))
    for name in counted:
        kind, _, source = name.partition(":")
        if kind == "lines" and counted[name] and counted.get(f"deadletters:{source}", 0) >= counted[name]:
            into = summary.unread if source in meant else summary.skipped
            into.setdefault(source, "not one of its lines could be read; name its format with --format")


def _fired(journal: Journal) -> list[Fired]:
    found: dict[str, Fired] = {}
    for _, _, alert in alerts.listed(journal):
        one = found.setdefault(alert.rule, Fired(alert.rule, alert.title, alert.level, 0, alert.at, alert.at))
        one.alerts += 1
        one.first_at, one.last_at = min(one.first_at, alert.at), max(one.last_at, alert.at)
    return sorted(found.values(), key=lambda one: (-LEVELS.index(one.level), -one.alerts, one.title))


def _would(incident: Incident, run: Run, steps: list[Step], modes: Mapping[str, str]) -> Would:
    at = run.seen.last_at if run.seen else incident.first_at
    made = Would(run.playbook, incident.id, at, at - incident.first_at)
    for step in steps:
        calls: list[Any] = (step.outcome or {}).get("calls") or []
        planned, contains = step.state == "planned", step.target is not None
        state = ("in act mode" if contains and modes.get(run.playbook) == "observe" else "would do") if planned else step.state
        made.steps.append(WouldStep(step.uses, state, "; ".join(map(str, calls)) if planned else step.error, contains))
    return made
