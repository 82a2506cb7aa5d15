"""One batch, from lines to one commit:

    lines -> events -> findings -> alerts -> redaction -> incidents -> runs -> one commit

In: what the reader hands over. Out: the journal holds all that follows from it, and its position, or none of it.
Only one thread runs this. Effects (calls to services) begin after the commit, from what it left in the journal.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from sentinel.clock import SECOND, Clock
from sentinel.detectors._base import Detector
from sentinel.errors import JournalError
from sentinel.evidence.redact import Redactor
from sentinel.evidence.seal import Seal, Sealed
from sentinel.formats._base import Format, Record
from sentinel.formats._lines import Choosing, Piece, Records, opened
from sentinel.incidents import group
from sentinel.incidents.principal import principal
from sentinel.inspector import Inspector
from sentinel.journal import events, incidents, runs
from sentinel.journal.batch import Batch, Decided, commit
from sentinel.journal.database import Connection, Journal
from sentinel.journal.state import State
from sentinel.playbooks.plan import Planner
from sentinel.records.alert import Alert, Reason
from sentinel.records.deadletter import DeadLetter
from sentinel.records.event import Event, Fields
from sentinel.records.finding import Finding
from sentinel.records.incident import Change, Incident
from sentinel.records.line import Line
from sentinel.records.run import Run
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.rule import Firing
from sentinel.sources._base import Reading, Readings
from sentinel.telemetry import Metrics

log = logging.getLogger("sentinel.pipeline")

# What this module itself puts on an event.
FIELDS = {
    "sentinel.contained": "true: it was refused because of our own block; no rule sees it",
    "sentinel.revoked.seconds": "a success so long after its principal was contained",
    "sentinel.revoked.field": "the field whose value was contained: sentinel.key.hash, source.ip, user.id",
}
# What a playbook may act on. Only fields that the format calls trustworthy get in.
ENTITIES = ("sentinel.key.hash", "sentinel.key.alias", "user.id", "user.group.id", "organization.id", "source.ip",
            "gen_ai.request.model")
# What a client claims that was not let in: LiteLLM logs a wrong key as it came, and that may be another key's hash.
_UNPROVEN = frozenset({"sentinel.key.hash", "sentinel.key.alias", "user.id", "user.group.id", "user.group.name"})
_COUNTED = {"event_count": "{} events", "value_count": "{} different values", "value_sum": "a sum of {}", "value_avg": "an average of {}",
            "value_percentile": "a percentile of {}", "value_median": "a median of {}"}
_RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
_LISTEN_SECONDS = 0.2


class Stages(Struct):
    """What the config says of each stage; replaced as a whole at a reload.

    Attributes:
        formats: by source name. seal: for log text that must wait unredacted. window: how long after its last alert an incident still takes new ones, nanoseconds.
    """

    formats: Mapping[str, Format]
    detectors: Sequence[Detector]
    rules: RuleSet
    redactor: Redactor
    planner: Planner
    seal: Seal
    window: int


class Pipeline:
    """Turns what the reader has into one commit at a time.

    Args:
        committed: called after each commit with what it wrote and what was decided.

    Attributes:
        progress_at: monotonic seconds of its last step. problem: why the journal cannot be written, or empty.
    """

    def __init__(self, reader: Readings, stages: Stages, journal: Journal, state: State, clock: Clock, metrics: Metrics,
                 committed: Callable[[Batch, Decided], None] = lambda batch, decided: None) -> None:
        self._reader, self._journal, self._state, self._clock, self._metrics = reader, journal, state, clock, metrics
        self._committed = committed
        self._closed: dict[str, dict[object, int]] = {}
        self.progress_at = clock.monotonic()
        self.problem = ""
        self.lines = 0
        self._final = False
        self.use(stages)

    def use(self, stages: Stages) -> None:
        """Take these stages from the next batch on."""
        self._stages = stages
        self._state.keep("rule:", stages.rules.memories)
        self._records = {source: self._opened(source, form, stages.seal) for source, form in stages.formats.items()}
        self._inspector = Inspector(stages.detectors, stages.rules, self._state.section)
        for detector in stages.detectors:
            if detector.recalls:
                detector.recall(events.last(self._journal, detector.recalls))

    def _opened(self, source: str, form: Format, seal: Seal) -> Records | Choosing:
        section = self._state.section
        return opened(source, form, Sealed(section(f"lines:{source}"), seal), Sealed(section(f"sample:{source}"), seal),
                      section(f"format:{source}"), self._clock)

    @property
    def evicted(self) -> Mapping[str, tuple[int, int]]:
        """What correlations had no room for; see `RuleSet.evicted`."""
        return self._stages.rules.evicted

    def finish(self) -> None:
        """From now on nothing more is expected: what waits for its other half goes on without it."""
        self._final = True

    def turn(self, stopping: Callable[[], bool] = lambda: False) -> Reading | None:
        """Read, work out and commit one batch. None when there was nothing to do or the batch had to be given up.

        Args:
            stopping: asked between two lines, and while the journal cannot be written; true gives the batch up (it is
                read again at the next start).
        """
        self.progress_at = self._clock.monotonic()
        reading = self._reader.read()
        if not (reading.lines or reading.checkpoints or reading.gaps or self._overdue()):
            return None
        if self._journal.changed_elsewhere():
            self._closed = {}
            for (name, value), since in runs.contained(self._journal).items():
                self._closed.setdefault(name, {})[value] = since
        batch = self._batch(reading, stopping)
        if batch is None or not self._commit(batch, stopping):
            return None
        self._reader.committed(reading)
        return reading

    def _overdue(self) -> bool:
        return any(records.overdue(everything=self._final) for records in self._records.values())

    def _batch(self, reading: Reading, stopping: Callable[[], bool]) -> Batch | None:
        batch = Batch(checkpoints=list(reading.checkpoints), gaps=list(reading.gaps))
        monotonic = self._clock.monotonic
        for line in reading.lines:
            # Not once a batch: lines made to be slow are still progress, and the watchdog must not call them a hang; nor
            # may they hold up the end.
            self.progress_at = monotonic()
            if stopping():
                return None
            for piece in self._records[line.file.source].take(line):
                self._piece(piece, batch)
        for records in self._records.values():
            # What waits for its next line may find it among lines written while nobody read: only at the end it is late.
            for piece in records.due(everything=self._final) if reading.at_end else ():
                self._piece(piece, batch)
            records.save()
        for source, count in Counter(line.file.source for line in reading.lines).items():
            batch.counts[f"lines:{source}"] = count
            self._metrics.lines.labels(source).inc(count)
        for source, size in reading.skipped.items():
            batch.counts[f"skipped_bytes:{source}"] = size
            self._metrics.skipped.labels(source).inc(size)
        for name, count in (("events", len(batch.events)), ("alerts", len(batch.alerts))):
            if count:
                batch.counts[name] = count
        return batch

    def _piece(self, piece: Piece, batch: Batch) -> None:
        """One decoded record: the events it is, and a dead letter for what cannot be read of it."""
        self.progress_at = self._clock.monotonic()
        form = self._records[piece.line.file.source].form
        if piece.error is not None:
            self._fault(f"format {form.name}", piece.error)
        if piece.reason:
            self._dead(piece.line, piece.reason, batch)
        for part, record in enumerate(piece.records, piece.part):
            self.progress_at = self._clock.monotonic()
            self._event(piece.line, part, record, form, batch)

    def _event(self, line: Line, part: int, record: Record, form: Format, batch: Batch) -> None:
        event = Event(line.file, line.offset, record.at or self._clock.now(), record.category or form.category,
                      record.fields, part, lent=record.lent or not record.at)
        ours = bool(self._closed) and self._mark_closed(event, form.forgeable)
        findings, firings = self._inspector.inspect(event, self._fault, rules=not ours)
        stored = self._stages.redactor.fields(event, findings)
        if firings:
            batch.alerts += [self._alert(firing, event, stored, findings, form.forgeable) for firing in firings]
        batch.events.append((event, stored))

    def _mark_closed(self, event: Event, forgeable: frozenset[str]) -> bool:
        """Note on the event that its principal was contained before. True: it was refused because of that.

        What a client can write is nobody: else it names whoever was contained, and no rule looks at what it does.
        """
        closed = [(since, name) for name, values in self._closed.items()
                  if name not in forgeable and (since := values.get(event.fields.get(name)))]
        at, field = max(closed, default=(0, ""))
        if not at or event.at <= at:
            return False
        outcome = event.fields.get("event.outcome")
        if outcome == "success":
            event.fields["sentinel.revoked.seconds"] = (event.at - at) // SECOND
            event.fields["sentinel.revoked.field"] = field
        elif outcome == "failure":
            event.fields["sentinel.contained"] = True
        return outcome == "failure"

    def _alert(self, firing: Firing, event: Event, stored: Fields, findings: Sequence[Finding],
               forgeable: frozenset[str]) -> Alert:
        rule = firing.rule
        hidden = forgeable | _UNPROVEN if event.fields.get("http.response.status_code") == 401 else forgeable

        def trusted(name: str) -> object:
            # As stored: a user id that is an e-mail address stays a pseudonym here too.
            return None if name in hidden else stored.get(name)

        key = msgspec.json.encode([rule.id, event.id, firing.group])
        excerpt = self._stages.redactor.excerpt
        return Alert(
            id=blake2b(key, digest_size=8).hexdigest(), rule=rule.id, title=rule.title, level=rule.level,
            tags=rule.tags, story=rule.story, event=event.id, at=event.at, principal=principal(trusted, event.file.source, rule.principal),
            group=tuple((name, str(_as_stored(name, value, event, stored))) for name, value in firing.group), count=int(firing.count),
            reasons=(*_counted(firing), *(Reason(name, excerpt(event, findings, name)) for name, _ in firing.matched)),
            entities={name: str(value)[:256] for name in ENTITIES if (value := trusted(name))} | {"sentinel.source": event.file.source},
            runbook=rule.runbook,
        )

    def _dead(self, line: Line, reason: str, batch: Batch) -> None:
        source = line.file.source
        batch.deadletters.append(DeadLetter(
            id=0, kind="line", origin=source, place=f"{line.file.path}:{line.offset}", reason=reason,
            preview=self._stages.redactor.preview(line.data), size=line.size, at=self._clock.now()))
        batch.counts[f"deadletters:{source}"] = batch.counts.get(f"deadletters:{source}", 0) + 1
        self._metrics.deadletters.labels(source).inc()

    def _fault(self, extension: str, error: Exception) -> None:
        # The text of the error may quote the log, so only its type is said.
        self._metrics.faults.labels(extension).inc()
        log.error("%s failed with %s; the event goes on without it", extension, type(error).__name__)

    def _decide(self, db: Connection, alerts: list[Alert]) -> Decided:
        """Fold alerts into incidents and plan what to do about them; reads `db` inside the transaction."""
        decided, now = Decided(), self._clock.now()
        planned: dict[str, Run] = {}
        by_principal: dict[tuple[str, str, str], Incident] = {}
        for alert in alerts:
            key = (alert.story, alert.principal.kind, alert.principal.id)
            into = by_principal.get(key) or incidents.find(db, alert.story, alert.principal,
                                                           alert.at - self._stages.window)
            incident, entries = group.fold(alert, into, now)
            by_principal[key] = decided.incidents[incident.id] = incident
            decided.alerts.append((alert, incident.id))
            decided.timeline += entries
            # After each alert and not once a batch: what a playbook sees must not depend on how the log was cut.
            for run, steps in self._stages.planner.plan(db, Change(incident, into is None, alert), now, planned):
                planned[run.id] = run
                decided.steps += steps
        decided.runs += planned.values()
        return decided

    def _commit(self, batch: Batch, stopping: Callable[[], bool]) -> bool:
        """Commit, and wait when the journal cannot be written (disk full, locked): nothing is lost, reading pauses."""
        attempt = 0
        while True:
            self.progress_at = began = self._clock.monotonic()
            try:
                decided = commit(self._journal, batch, self._state, self._decide)
                break
            except JournalError as error:
                if not self.problem:
                    log.error("%s; reading pauses until the journal can be written again", error)
                self.problem = str(error)
            if self._rests(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)], stopping):
                return False
            attempt += 1
        if self.problem:
            log.warning("the journal can be written again; reading goes on")
            self.problem = ""
        self._metrics.commit.observe(self._clock.monotonic() - began)
        self.lines += sum(count for name, count in batch.counts.items() if name.startswith("lines:"))
        for alert in batch.alerts:
            self._metrics.alerts.labels(alert.rule).inc()
        self._committed(batch, decided)
        return True

    def _rests(self, seconds: float, stopping: Callable[[], bool]) -> bool:
        """Wait before the next try. True when told to stop meanwhile."""
        until = self._clock.monotonic() + seconds
        while not (stop := stopping()) and self._clock.monotonic() < until:
            self._clock.sleep(min(seconds, _LISTEN_SECONDS))
        return stop


def _counted(firing: Firing) -> tuple[Reason, ...]:
    """How many it took, which the fields of the last event do not say."""
    what = _COUNTED.get(firing.rule.kind)
    return (Reason("counted", what.format(firing.count)),) if what else ()


def _as_stored(name: str, value: str, event: Event, stored: Fields) -> Any:
    """A group's value, redacted. A correlation's alias is the name of no field: there the value says which it stands for."""
    if name not in stored:
        name = next((field for field, raw in event.fields.items() if raw == value), name)
    return stored.get(name, value)
