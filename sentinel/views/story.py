"""One incident as an on-call engineer reads it at 3 a.m.: what happened, to whom, how sure, what was already done, what
to do next. In: the incident and what belongs to it. Out: titled blocks of safe lines, for the terminal and for the live view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from rich.text import Text

from sentinel.clock import iso
from sentinel.journal import alerts, incidents, runs
from sentinel.journal.database import Journal
from sentinel.operational.kinds import STORY, lasts
from sentinel.records.alert import LEVELS, Alert
from sentinel.records.incident import Entry, Incident
from sentinel.records.run import Run, Step
from sentinel.views.terminal import SEVERITY_STYLES, age, exact, safe, state, table, when

Runs = Sequence[tuple[Run, Sequence[Step]]]

# What a person calls the fields that matter first; every other entity follows under its own name.
_NAMES = {"source.ip": "from", "user.id": "user", "user.email": "mail", "user.group.id": "team", "sentinel.key.alias": "alias",
          "sentinel.key.hash": "key", "gen_ai.request.model": "model", "url.path": "path", "user_agent.original": "agent", "organization.id": "org",
          "sentinel.source": "source", "host.name": "host"}
_MOST_SHOWN = 5


@dataclass(frozen=True)
class Told:
    """What a story is told from."""

    incident: Incident
    runs: Runs
    timeline: Sequence[Entry]
    alerts: Sequence[Alert] = ()

    @property
    def steps(self) -> list[Step]:
        return [step for _, steps in self.runs for step in steps]


@dataclass(frozen=True)
class Block:
    """A titled part of the story; its lines are safe to print."""

    title: str
    lines: list[Text]


def read(journal: Journal, incident: Incident) -> Told:
    """Everything the journal holds about an incident."""
    return Told(incident, runs.of_incident(journal, incident.id), incidents.timeline(journal, incident.id),
                alerts.of_incident(journal, incident.id, limit=50))


def headline(incident: Incident) -> Text:
    """Severity, title and state on one line."""
    return Text.assemble(
        (incident.severity.upper(), SEVERITY_STYLES.get(incident.severity, "")), "  ", safe(incident.title, "bold"), "  ",
        state(incident.state))


def blocks(told: Told, now: int, *, compact: bool = False) -> list[Block]:
    """The story in the order in which a tired person asks.

    Args:
        compact: the same in fewer lines, for half a screen.
    """
    parts = [
        ("What happened", _happened(told.incident, now, compact)), ("To whom", _whom(told.incident, compact)),
        ("How sure", _sure(told.incident, compact)), ("Done already", _done(told, now, compact)), ("Do next", _next(told, now)),
        ("Evidence (redacted)", _evidence(told)), ("Timeline", _timeline(told))]
    return [Block(title, lines) for title, lines in parts if lines]


def _happened(incident: Incident, now: int, compact: bool) -> list[Text]:
    rules = sorted(incident.rules.values(), key=lambda seen: (-_rank(seen.level), -seen.last_at))
    if lasts(incident.rules):
        return [safe(line) for line in _lasting(incident, now)]
    many = f"{incident.story}: {_many(incident.alerts, 'alert')} in {_span(incident)}"
    last = when(incident.last_at, now)
    lines = [f"{many}, last {last}"] if compact else [many, f"first {when(incident.first_at, now)}", f"last  {last}"]
    return [safe(line) for line in lines] + table([""] * 4, [
        (safe(seen.level, SEVERITY_STYLES.get(seen.level, "")), f"{seen.count}x", seen.title, age(seen.last_at, now))
        for seen in rules], 0)[1:]


def _lasting(incident: Incident, now: int) -> list[str]:
    """Of trouble of sentinel's own, whose one alert marks its beginning."""
    began = f"began {when(incident.first_at, now)}"
    if incident.state == "resolved":
        return [f"{incident.story}: it is over, and lasted {_span(incident)}", began, f"ended {when(incident.last_at, now)}"]
    return [f"{incident.story}: it goes on" if incident.state == "open" else incident.story, began]


def _whom(incident: Incident, compact: bool) -> list[Text]:
    rows: list[tuple[str, str]] = [("who", str(incident.principal))]
    order = {name: place for place, name in enumerate(_NAMES)}
    for name, values in sorted(incident.entities.items(), key=lambda item: order.get(item[0], len(order))):
        if tuple(values) not in ((incident.principal.id,), (incident.principal.label,)):
            rows.append((_NAMES.get(name, name), _listed(values)))
    if compact:
        return [safe(" · ".join([rows[0][1], *(f"{name} {value}" for name, value in rows[1:])]))]
    return table(["", ""], rows, 0)[1:]


def _sure(incident: Incident, compact: bool) -> list[Text]:
    several = f"{_many(len(incident.rules), 'rule')} agree" if len(incident.rules) > 1 else "one rule says so"
    lines = [safe(f"risk score {incident.score}; {several}")]
    if incident.tags and not compact:
        lines.append(safe(", ".join(incident.tags), "dim"))
    return lines


def _done(told: Told, now: int, compact: bool) -> list[Text]:
    if not told.steps:
        return [safe("nothing: no playbook answers to this incident", "bold")]
    rows = table([""] * 5, [(state(s.state), s.uses, aim(s), age(since(s), now), safe("" if compact else s.id, "dim"))
                            for s in told.steps], 0)[1:]
    lines = []
    for line, step in zip(rows, told.steps, strict=True):
        lines.append(line)
        if step.error:  # also on one that is done: undoing it may have failed
            lines.append(safe(f"  {step.error}", "red"))
    if lifts := [s.id for s in told.steps if can_undo(s)]:
        lines.append(safe(f"undo: sentinel actions undo {' '.join(lifts)}", "cyan"))
    return lines


def _next(told: Told, now: int) -> list[Text]:
    steps, incident = told.steps, told.incident
    lines = [f"{s.uses} failed ({aim(s)}): do it by hand, or mend the cause first" for s in steps if s.state == "failed"]
    lines += [f"{s.uses} may or may not have happened ({aim(s)}): its service is asked again {age(s.next_at, now)}"
              for s in steps if s.state == "unknown"]
    lines += [f"{s.uses} is tried again {age(s.next_at, now)} (attempt {s.attempts + 1})"
              for s in steps if s.state == "waiting" and s.attempts and s.next_at > now]
    planned = [s for s in steps if s.state == "planned" and s.target]
    if planned:
        names = ", ".join(dict.fromkeys(s.uses for s in planned))
        lines.append(f"nothing is contained yet: {names} was only planned (observe mode or dry run); do it by hand, or set "
                     "playbooks.mode: act")
    if any(can_undo(s) for s in steps):
        lines.append("contained; if the evidence shows a false alarm, take it back with the undo above")
    elif not planned and incident.state == "open" and incident.story != STORY:
        lines.append("nobody is contained: read the evidence and decide")
    if incident.runbook:
        lines.append(f"run-book: {incident.runbook}")
    return [safe(line) for line in lines]


def _evidence(told: Told) -> list[Text]:
    return [Text.assemble(safe(reason.field, "dim"), "  ", safe(reason.value)) for reason in told.incident.evidence]


def _timeline(told: Told) -> list[Text]:
    return [Text.assemble(safe(exact(entry.at), "dim"), "  ", safe(f"{entry.kind:8}"), "  ", safe(entry.text))
            for entry in told.timeline]


def aim(step: Step) -> str:
    """What a step is aimed at, in a few words."""
    if step.target:
        return f"{_NAMES.get(step.target[0], step.target[0])} {_short(step.target[1])}"
    said = {name: value for name, value in (step.given or step.with_).items()
            # A step that was skipped was never filled in: its braces are no news to the reader.
            if isinstance(value, int) or (isinstance(value, str) and "{{" not in value)}
    return ", ".join(f"{name} {_short(value)}" for name, value in list(said.items())[:2])


def can_undo(step: Step) -> bool:
    """Whether `sentinel actions undo` has something to lift: a containing step that changed something and still holds."""
    return step.state == "done" and step.changed and step.target is not None


def summary(steps: Sequence[Step]) -> str:
    """What was done, in a few words for a list: "slack.post, litellm.block_key; failed nginx.deny_ip"."""
    by_state: dict[str, list[str]] = {}
    for step in steps:
        if step.state != "skipped":
            by_state.setdefault(step.state, []).append(step.uses)
    parts = [", ".join(dict.fromkeys(by_state.pop("done", [])))]
    parts += [f"{name} {', '.join(dict.fromkeys(uses))}" for name, uses in sorted(by_state.items())]
    return "; ".join(part for part in parts if part) or "nothing"


def plain(record: object) -> dict[str, Any]:
    """A record as JSON values, its instants as RFC 3339, null for one that has not come."""
    document: dict[str, Any] = _dated(msgspec.to_builtins(record))
    return document


def _dated(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _dated(item, key) for key, item in value.items()}
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return iso(value) if value else None
    return value


def since(step: Step) -> int:
    """When it came into its state, as far as is written down."""
    return step.finished_at or step.created_at


def _short(value: object) -> str:
    text = str(value)
    return text[:12] + "…" if len(text) == 64 and text.isalnum() else text[:60]


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(_short(v) for v in values[:_MOST_SHOWN])
    return shown + (f" and {len(values) - _MOST_SHOWN} more" if len(values) > _MOST_SHOWN else "")


def _span(incident: Incident) -> str:
    return age(incident.first_at, incident.last_at).removesuffix(" ago").replace("now", "under a second")


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else 0
