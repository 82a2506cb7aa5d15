"""Looks once a second at what is wrong, and tells of it: in the journal, the metrics and the log.

In: what the pipeline committed, how far the sources are behind, what the shipper says. Out: episodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sentinel.assembly import Parts
from sentinel.clock import SECOND, Clock
from sentinel.config.span import span
from sentinel.daemon.outage import Past
from sentinel.incidents import group
from sentinel.journal import episodes
from sentinel.journal.batch import Batch
from sentinel.journal.database import Journal
from sentinel.operational.episodes import Episodes, alert_of
from sentinel.operational.kinds import KINDS
from sentinel.operational.watch import Judged, Watch
from sentinel.playbooks.plan import Planner
from sentinel.records.episode import Episode
from sentinel.records.incident import Change
from sentinel.sources.reader import Lag
from sentinel.telemetry import Metrics

if TYPE_CHECKING:
    from sentinel.elastic.ship import Shipper

_KEEP_EVERY = 10 * SECOND
_WAIT_SECONDS = 2.0


class Trouble:
    """`saw` is called by the pipeline's thread, all else by one other.

    Raises, all of it: JournalError; nothing was told then, and the next look tells it.
    """

    def __init__(self, journal: Journal, clock: Clock, metrics: Metrics, parts: Parts) -> None:
        self._journal, self._clock, self._metrics, self._parts = journal, clock, metrics, parts
        self._started_at = self._kept_at = clock.now()
        self._episodes = Episodes(journal, clock, parts.config.host)
        blind = {e.subject for e in self._episodes.lasting.values() if e.kind == "source-unreadable"}
        self._watch = Watch(parts.config.sources, episodes.habits(journal), blind, self._started_at)
        for episode in self._episodes.lasting.values():
            self._metrics.trouble.labels(episode.kind, episode.subject).set(1)

    def saw(self, batch: Batch) -> None:
        self._watch.saw(batch, self._clock.now())

    def use(self, parts: Parts) -> None:
        """Take these sources from now on."""
        self._parts = parts
        self._watch.use(parts.config.sources, self._clock.now())

    def look(self, lags: Mapping[str, Lag], shipper: Shipper | None, planner: Planner) -> bool:
        """Begin and end what has changed. Returns: whether anything did, so that there may be something to carry out."""
        now = self._clock.now()
        judged = self._watch.judged({name: lag.bytes for name, lag in lags.items()}, now)
        judged |= self._elastic(shipper, now) | self._unwatched(lags)
        read = {source.name for source in self._parts.config.sources}
        judged |= {key: None for key in self._episodes.lasting if key[1] and key[1] not in read}
        changed = self._episodes.settle(judged, planner) + self._episodes.gaps(planner)
        self._count(changed)
        if changed or now - self._kept_at >= _KEEP_EVERY:
            self.keep()
        return bool(changed)

    def past(self, outage: Past, planner: Planner) -> None:
        """The journal could not be written, and can again."""
        self._count(self._episodes.past(KINDS["journal-unwritable"], outage.text, outage.began_at, planner))

    def change_of(self, outage: Past) -> Change:
        """The incident that `past` will write down, while it cannot be."""
        kind = KINDS["journal-unwritable"]
        alert = alert_of(kind, "", outage.text, outage.began_at, outage.began_at, self._parts.config.host)
        return Change(group.fold(alert, None, self._clock.now())[0], True, alert)

    def keep(self) -> None:
        """Write down what is usual for each source."""
        with self._journal.write(_WAIT_SECONDS) as db:
            episodes.put_habits(db, self._watch.habits())
        self._kept_at = self._clock.now()

    def _count(self, changed: list[Episode]) -> None:
        for episode in changed:
            self._metrics.trouble.labels(episode.kind, episode.subject).set(0 if episode.ended_at else 1)
            if not episode.ended_at or episode.kind == "journal-unwritable":
                self._metrics.episodes.labels(episode.kind).inc()

    def _elastic(self, shipper: Shipper | None, now: int) -> Judged:
        key, config = ("elasticsearch-away", ""), self._parts.config.elasticsearch
        if shipper is None or config is None:
            return {key: None} if key in self._episodes.lasting else {}
        if shipper.problem is None:
            return {}
        late = shipper.problem and now - shipper.since >= span(config.alert_after)
        return {key: shipper.problem} if late else {} if shipper.problem else {key: ""}

    def _unwatched(self, lags: Mapping[str, Lag]) -> Judged:
        return {("files-unwatched", ""): next((lag.unwatched for lag in lags.values() if lag.unwatched), "")}
