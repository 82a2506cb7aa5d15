"""Episodes of trouble: each tells people once when it begins and once when it is over.

In: judgements on what is wrong now. Out: in one transaction an episode, its alert, the incident and the playbooks' runs, or
none of them: a kill between two looks changes nothing. When it is over, the incident is resolved, and messages that show it
say so.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from sentinel.clock import SECOND, Clock
from sentinel.config.span import in_words
from sentinel.incidents import group
from sentinel.journal import batch, checkpoints, episodes, incidents, outbox
from sentinel.journal.batch import Decided
from sentinel.journal.database import Connection, Journal
from sentinel.operational.kinds import KINDS, STORY, Kind
from sentinel.operational.watch import Judged
from sentinel.playbooks.plan import Planner
from sentinel.records.alert import Alert, Reason
from sentinel.records.episode import Episode
from sentinel.records.incident import Change, Entry, Incident
from sentinel.records.line import Gap
from sentinel.records.principal import Principal

log = logging.getLogger("sentinel.operational")

_CLOSED = ("resolved", "false_positive")
# Gaps that come so soon after another are one episode.
_APART = 3600 * SECOND
_SEEN = "operational:gaps"


class Episodes:
    """Those of one journal. Used by one thread.

    Attributes:
        lasting: those that are not over, by kind and subject.
    Args:
        host: name of this machine; a fleet's sources have the same names.
    """

    def __init__(self, journal: Journal, clock: Clock, host: str) -> None:
        self._journal, self._clock, self._host = journal, clock, host
        self.lasting = {(e.kind, e.subject): e for e in episodes.lasting(journal) if e.kind in KINDS}

    def settle(self, judged: Judged, planner: Planner) -> list[Episode]:
        """Begin and end what has changed. Returns: the episodes that did. Raises: JournalError; nothing has changed then."""
        begun = [(key, text) for key, text in judged.items() if text and key not in self.lasting]
        ended = [key for key, text in judged.items() if not text and key in self.lasting]
        if not (begun or ended):
            return []
        now = self._clock.now()
        with self._journal.write() as db:
            changed = [self._begin(db, KINDS[key[0]], key[1], text, now, planner) for key, text in begun]
            changed += [self._end(db, self.lasting[key], now, gone=judged[key] is None) for key in ended]
        return self._changed(changed)

    def past(self, kind: Kind, text: str, began_at: int, planner: Planner) -> list[Episode]:
        """Tell of an episode that could not be written down while it lasted, and is over. Raises: JournalError."""
        with self._journal.write() as db:
            over = self._end(db, self._begin(db, kind, "", text, began_at, planner), self._clock.now())
        return self._changed([over])

    def gaps(self, planner: Planner) -> list[Episode]:
        """Tell of the gaps that nobody was told of. Raises: JournalError."""
        now, kind = self._clock.now(), KINDS["source-gap"]
        news = checkpoints.gaps_after(self._journal, outbox.position(self._journal, _SEEN))
        old = [e for e in self.lasting.values() if e.kind == kind.name and now - self._last_gap(e) > _APART]
        if not (news or old):
            return []
        by_source: dict[str, list[Gap]] = {}
        for _, gap in news:
            by_source.setdefault(gap.file.source, []).append(gap)
        with self._journal.write() as db:
            changed = [self._again(db, kind, source, gaps, now, planner) for source, gaps in by_source.items()]
            changed += [replace(episode, ended_at=now) for episode in old if episode.subject not in by_source]
            episodes.put(db, changed)
            if news:
                outbox.advance(db, _SEEN, news[-1][0])
        return self._changed(changed)

    def _last_gap(self, episode: Episode) -> int:
        incident = incidents.get(self._journal.read(), episode.incident)
        return incident.last_at if incident else episode.began_at

    def _changed(self, changed: list[Episode]) -> list[Episode]:
        """After the commit."""
        for episode in changed:
            key, kind = (episode.kind, episode.subject), KINDS[episode.kind]
            about = f"{kind.title}: {episode.subject}" if episode.subject else kind.title
            if episode.ended_at:
                self.lasting.pop(key, None)
                if kind.over:
                    log.warning("over: %s: %s, after %s (%s)", about, kind.over, in_words(episode.ended_at - episode.began_at), episode.incident)
            else:
                self.lasting[key] = episode
                log.warning("%s: %s (%s)", about, episode.text, episode.incident)
        return changed

    # Inside the transaction

    def _begin(self, db: Connection, kind: Kind, subject: str, text: str, now: int, planner: Planner) -> Episode:
        incident = self._tell(db, alert_of(kind, subject, text, now, now, self._host), None, planner)
        episode = Episode(kind.name, subject, now, incident.id, text)
        episodes.put(db, [episode])
        return episode

    def _again(self, db: Connection, kind: Kind, subject: str, gaps: Sequence[Gap], now: int, planner: Planner) -> Episode:
        """Gaps of one source: their episode, or one more alert of it."""
        text, before = _told(gaps), self.lasting.get((kind.name, subject))
        into = incidents.get(db, before.incident) if before else None
        into = into if into and into.state not in _CLOSED else None
        began = before.began_at if before and into else now
        incident = self._tell(db, alert_of(kind, subject, text, began, now, self._host), into, planner)
        return Episode(kind.name, subject, began, incident.id, text)

    def _tell(self, db: Connection, alert: Alert, into: Incident | None, planner: Planner) -> Incident:
        now = self._clock.now()
        incident, entries = group.fold(alert, into, now)
        decided = Decided([(alert, incident.id)], {incident.id: incident}, entries)
        for run, steps in planner.plan(db, Change(incident, into is None, alert), now):
            decided.runs.append(run)
            decided.steps += steps
        batch.put(db, decided)
        return incident

    def _end(self, db: Connection, episode: Episode, now: int, *, gone: bool = False) -> Episode:
        incident, kind = incidents.get(db, episode.incident), KINDS[episode.kind]
        if incident is not None and incident.state not in _CLOSED and kind.over:
            why = "nobody watches it any more" if gone else kind.over
            incidents.put_timeline(db, [Entry(incident.id, now, "note", f"{why}, after {in_words(now - episode.began_at)}"),
                                        Entry(incident.id, now, "state", f"{incident.state} -> resolved")])
            incidents.put(db, [replace(incident, version=incident.version + 1, state="resolved", last_at=now)])
        after = replace(episode, ended_at=now)
        episodes.put(db, [after])
        return after


def alert_of(kind: Kind, subject: str, text: str, began_at: int, at: int, host: str) -> Alert:
    """The alert of an episode. Its id is derived: the same episode told again is the same alert, and the same incident."""
    key = msgspec.json.encode([kind.rule, host, subject, began_at, at])
    who = Principal("source", subject) if subject else Principal("host", host)
    return Alert(
        id=blake2b(key, digest_size=8).hexdigest(), rule=kind.rule, title=kind.title, level=kind.level, tags=(),
        story=STORY, event="", at=at, principal=who, group=(), count=1, reasons=(Reason("why", text[:200]),),
        entities={**({"sentinel.source": subject} if subject else {}), "host.name": host}, runbook=kind.runbook)


def _told(gaps: Sequence[Gap]) -> str:
    known, unknown = sum(gap.size for gap in gaps), sum(not gap.size for gap in gaps)
    size = f"{known:,} bytes" * bool(known) + " and " * bool(known and unknown) + "an unknown number of bytes" * bool(unknown)
    return f"{size} in {len(gaps)} place(s), the last: {gaps[-1].reason}; `sentinel status` counts them"
