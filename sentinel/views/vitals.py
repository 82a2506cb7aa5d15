"""Whether sentinel is well, read from what the daemon says of itself in the journal and from the queues there.

In: the journal, and what the daemon says beside it while it cannot write it. Out: `Vitals`, for `sentinel status` and the
footer of the live view.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sentinel.clock import SECOND
from sentinel.journal import alerts, alone, changes, checkpoints, counts, episodes, events, health, outbox, runs
from sentinel.journal.database import Journal
from sentinel.journal.state import choices
from sentinel.operational.kinds import KINDS
from sentinel.records.run import OPEN_STATES
from sentinel.views.terminal import exact

# The daemon says something every second; ten silent ones and systemd's watchdog is not far.
_SILENT = 10 * SECOND
_LATE_SECONDS = 60.0
_RECENT = 24 * 3600 * SECOND


@dataclass(frozen=True)
class Lag:
    """What of a source is not in the journal yet.

    Attributes: bytes, seconds: how much, and for how long. problem: why it cannot be read, or empty. note: worth knowing, or empty.
    """

    bytes: int
    seconds: float
    files: int
    lines: int
    deadletters: int
    problem: str
    note: str = ""


@dataclass(frozen=True)
class Trouble:
    """An operational alert that lasts. since: wall time, nanoseconds. incident: its id."""

    kind: str
    subject: str
    since: int
    text: str
    incident: str


@dataclass(frozen=True)
class Vitals:
    """How sentinel is.

    Attributes:
        daemon: "running", "draining", "waiting" (the journal cannot be written), "stopped" or "silent" (it said "running",
            but too long ago), "none".
        seen_at: when it last said so, 0 never.
        caught_up: it has read everything there is. caught_up_at: all that was written before this is read; 0: it is busy.
        open_steps: steps whose turn is still to come. steps: all, by state. behind: documents that Elasticsearch still
            lacks; None when nothing is shipped. doubts: those of the gaps of which nothing is known to be missing.
        operational: alerts that last. problems: sentences; empty means well. notes: worth knowing, and no reason for alarm.
    """

    daemon: str
    seen_at: int
    version: str
    mode: str
    started_at: int
    events_per_second: float
    caught_up: bool
    caught_up_at: int
    sources: dict[str, Lag]
    steps: dict[str, int]
    behind: int | None
    gaps: int
    doubts: int
    deadletters: int
    incidents: int
    operational: list[Trouble] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not self.problems

    @property
    def open_steps(self) -> int:
        return sum(self.steps.get(name, 0) for name in (*OPEN_STATES, "undoing"))

    @property
    def drained(self) -> bool:
        """Everything is read, every step has come to its end, everything is shipped."""
        return self.caught_up and not self.open_steps and not self.behind and not any(lag.bytes for lag in self.sources.values())

    def document(self) -> dict[str, Any]:
        return {"well": self.well, "drained": self.drained, "open_steps": self.open_steps, **asdict(self)}


def read(journal: Journal, now: int, *, ships: bool = False) -> Vitals:
    """How sentinel is at `now` (nanoseconds).

    Args:
        ships: the config names an Elasticsearch; the shipper itself speaks up only after its first answer.
    """
    said = health.all_of(journal)
    seen_at, daemon = said.get("daemon", (0, {}))
    started_at = int(daemon.get("started_at") or 0)
    current = {name: body for name, (at, body) in said.items() if at >= started_at}
    note, gaps = _waiting(journal.path, now), checkpoints.gaps(journal)
    state = "waiting" if note else _state(daemon, seen_at, now)
    vitals = Vitals(
        daemon=state, seen_at=seen_at, version=str(daemon.get("version", "")),
        mode="dry run" if daemon.get("dry_run") else str(daemon.get("mode", "")), started_at=started_at,
        events_per_second=float(daemon.get("events_per_second") or 0) if state == "running" else 0.0,
        caught_up=bool(daemon.get("caught_up")) and not note, caught_up_at=int(daemon.get("caught_up_at") or 0),
        sources={name.removeprefix("source:"): _lag(body) for name, body in current.items() if name.startswith("source:")},
        steps=runs.counted(journal), behind=_behind(journal) if "elastic" in current or (ships and not daemon.get("dry_run")) else None,
        gaps=len(gaps), doubts=sum(gap.doubt for gap in gaps), deadletters=_deadletters(journal), incidents=changes.mark(journal).count,
        operational=[Trouble(e.kind, e.subject, e.began_at, e.text, e.incident) for e in episodes.lasting(journal)])
    if note:
        vitals.sources.update(_by_note(vitals.sources, note))
    vitals.problems.extend(dict.fromkeys([*([note.problem] if note else []), *_problems(vitals, current, runs.failed_since(journal, now - _RECENT))]))
    vitals.notes.extend(_notes(vitals))
    vitals.notes.extend(f"rule {rule} had no room for {groups:,} group(s) and {entries:,} of what groups hold; see docs/rules.md, Correlations"
                        for rule, (groups, entries) in current.get("rules", {}).get("evicted", {}).items())
    vitals.notes.extend(f"source {name}: format auto is {made['name']}: {made['why']}"
                        for name, made in sorted(choices(journal).items()) if name in vitals.sources)
    return vitals


def _waiting(journal: Path, now: int) -> alone.Note | None:
    """What the daemon says beside the journal while it cannot write it; None when it can, or is gone."""
    note = alone.note(journal)
    return note if note and note.problem and now - note.at < _SILENT else None


def _by_note(sources: dict[str, Lag], note: alone.Note) -> dict[str, Lag]:
    """How far each source is behind: the journal only knows how it was before."""
    return {name: replace(sources.get(name, Lag(0, 0, 0, 0, 0, "")), bytes=behind, seconds=seconds)
            for name, (behind, seconds) in note.lags.items()}


def _state(daemon: dict[str, Any], seen_at: int, now: int) -> str:
    if not seen_at:
        return "none"
    said = str(daemon.get("state", "running"))
    return "silent" if said != "stopped" and now - seen_at > _SILENT else said


def _lag(body: dict[str, Any]) -> Lag:
    return Lag(int(body.get("bytes") or 0), float(body.get("seconds") or 0), int(body.get("files") or 0),
               int(body.get("lines") or 0), int(body.get("deadletters") or 0), str(body.get("problem") or ""), str(body.get("note") or ""))


def _behind(journal: Journal) -> int:
    # From the tables and not from what the shipper said a second ago: `status --wait` is a barrier.
    return (events.last_seq(journal) - outbox.position(journal, "elastic:events")
            + alerts.last_seq(journal) - outbox.position(journal, "elastic:alerts") + outbox.depth(journal, "incidents"))


def _deadletters(journal: Journal) -> int:
    return sum(count for name, count in counts.all_of(journal).items() if name.startswith("deadletters:"))


def _problems(vitals: Vitals, said: dict[str, dict[str, Any]], failed: int) -> list[str]:
    found = []
    if (why := _DEAD.get(vitals.daemon)):
        found.append(why)
    if problem := said.get("daemon", {}).get("problem"):
        found.append(str(problem))
    for name, lag in vitals.sources.items():
        if lag.problem:
            found.append(f"source {name}: {lag.problem}")
        elif lag.seconds > _LATE_SECONDS:
            found.append(f"source {name} is {lag.seconds:.0f} s behind")
    found += [_told(one) for one in vitals.operational if not KINDS[one.kind].minor and one.kind != "elasticsearch-away"]
    found += [f"rule not in force: {name}" for name in said.get("rules", {}).get("broken") or ()]
    elastic = said.get("elastic", {})
    if elastic.get("error"):
        told = "".join(f"; {_place(one)}" for one in vitals.operational if one.kind == "elasticsearch-away")
        found.append(f"Elasticsearch: {elastic['error']} ({vitals.behind or 0:,} documents wait in the journal, none is lost{told})")
    if failed:
        found.append(f"{failed} step(s) failed in the last 24 h; `sentinel actions list --state failed` shows them")
    return found


def _told(one: Trouble) -> str:
    return f"source {one.subject}: {one.text} ({_place(one)})" if one.subject else f"{one.text} ({_place(one)})"


def _place(one: Trouble) -> str:
    return f"{one.incident}, since {exact(one.since)}"


_DEAD = {
    "none": "the daemon has never run on this journal; start it with `sentinel run`",
    "stopped": "the daemon is stopped; start it with `sentinel run`",
    "silent": "the daemon says nothing any more; `systemctl status sentinel` or its log tells why",
}


def _notes(vitals: Vitals) -> list[str]:
    found = []
    if vitals.gaps > vitals.doubts:
        found.append(f"{vitals.gaps - vitals.doubts} gap(s): bytes that were gone before anyone could read them")
    if vitals.doubts:
        found.append(f"{vitals.doubts} time(s) a log was copied and cut, and lines may be lost in between; rotate with `create` instead of "
                     "`copytruncate`")
    found += dict.fromkeys(lag.note for lag in vitals.sources.values() if lag.note)
    if vitals.deadletters:
        found.append(f"{vitals.deadletters:,} dead letter(s); `sentinel deadletters list` shows them")
    if vitals.mode in ("observe", "dry run"):
        found.append(f"{vitals.mode}: playbooks plan their steps and contain nobody")
    return found
