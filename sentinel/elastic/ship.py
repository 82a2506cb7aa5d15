"""Ships what the journal holds, and remembers there how far it got.

In: events, alerts and incidents that are not in Elasticsearch yet. Out: they are, each once; what the server refuses for
good is a dead letter. The journal is told only after the server's answer, so a crash between the two sends again, and the
derived ids make that harmless.
"""

from __future__ import annotations

import logging
import random

from elasticsearch import ApiError, TransportError
from msgspec import Struct

from sentinel.clock import Clock
from sentinel.config.model import ElasticsearchConfig
from sentinel.elastic import bulk, schema
from sentinel.elastic.client import Unreachable, connect, unreachable
from sentinel.elastic.queues import Changing, Growing, Queue
from sentinel.journal import health
from sentinel.journal.database import Journal

log = logging.getLogger("sentinel.elastic")

_LONGEST_WAIT_SECONDS = 60.0
# A commit wakes us, and one line a commit must not be one request a line.
_LINGER_SECONDS = 0.5
# Another process may have changed an incident, and cannot wake us.
_IDLE_SECONDS = 2.0
_FORBIDDEN = 403


class Result(Struct, frozen=True):
    """Attributes: shipped: documents sent. full: more wait. again: why some of them must be sent once more."""

    shipped: int = 0
    full: bool = False
    again: str = ""


class Shipper:
    """The worker's turn. Used by one thread.

    Attributes:
        problem: why nothing can be shipped, empty when it can, None before the first answer. since: when that began,
            nanoseconds.
    """

    def __init__(self, config: ElasticsearchConfig, journal: Journal, clock: Clock, host: str = "") -> None:
        """Args: host: name of this machine, so that a fleet's documents tell where they come from.

        Raises: SentinelError when the CA file cannot be used.
        """
        self._config, self._journal, self._clock = config, journal, clock
        prefix = config.index_prefix
        # What a person waits for goes first.
        self._queues: tuple[Queue, ...] = (
            Changing(journal, clock, prefix, host),
            Growing("alerts", journal, clock, prefix, host),
            Growing("events", journal, clock, prefix, host))
        self._client = connect(config)
        self._installed = False
        self._failures = 0
        self._not_before = 0.0
        self.problem: str | None = None
        self.since = 0

    def turn(self) -> float:
        """Ship a batch of each queue. Returns: seconds until the next; called earlier, it does nothing. Raises: JournalError."""
        early = self._not_before - self._clock.monotonic()
        if early > 0:
            return early
        try:
            self._install()
            results = [self._ship(queue) for queue in self._queues]
        except Unreachable as error:
            return self._failed(str(error))
        if problem := next((result.again for result in results if result.again), ""):
            return self._failed(problem)
        self._failures = 0
        self._say("")
        if any(result.full for result in results):
            return 0.0
        return self._rest(_LINGER_SECONDS) if any(result.shipped for result in results) else _IDLE_SECONDS

    def due_in(self) -> float | None:
        """Seconds until the next try; None when there is nothing to ship."""
        return max(0.0, self._not_before - self._clock.monotonic()) if self.waiting() else None

    def waiting(self) -> int:
        """Documents that are not shipped yet."""
        return sum(queue.depth() for queue in self._queues)

    def close(self) -> None:
        self._client.close()

    def _ship(self, queue: Queue) -> Result:
        batch = queue.take(self._config.batch_documents)
        if not batch.documents:
            return Result()
        verdicts = bulk.send(self._client, batch.documents)
        queue.settle(batch.documents, verdicts)
        again = next((verdict.reason for verdict in verdicts if verdict.kind == "again"), "")
        return Result(len(batch.documents), batch.full, again)

    def _install(self) -> None:
        """Once a run; the server may have been emptied since the last."""
        if self._installed:
            return
        try:
            schema.install(self._client, self._config.index_prefix)
        except ApiError as error:
            if error.meta.status != _FORBIDDEN:
                raise unreachable(error) from error
            log.warning("the credentials may not put index templates; going on with those that are there")
        except TransportError as error:
            raise unreachable(error) from error
        self._installed = True

    def _failed(self, problem: str) -> float:
        """1, 2, 4 ... 60 s, each a little less at random, so that a fleet does not come back all at once."""
        self._failures += 1
        self._say(problem)
        longest = min(_LONGEST_WAIT_SECONDS, 2.0 ** min(self._failures - 1, 10))
        return self._rest(longest * random.uniform(0.75, 1.0))

    def _rest(self, seconds: float) -> float:
        self._not_before = self._clock.monotonic() + seconds
        return seconds

    def _say(self, problem: str) -> None:
        """In the health table, when it has changed: `status` and the live view read it there."""
        if problem == self.problem:
            return
        if problem or self.problem:
            log.warning("Elasticsearch: %s", problem or "back again")
        if not (problem and self.problem):
            self.since = self._clock.now()
        self.problem = problem
        with self._journal.write() as db:
            health.put(db, "elastic", self._clock.now(), {"error": problem, "waiting": self.waiting()})
