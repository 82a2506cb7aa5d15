"""Threads for waiting: one per service, so that a service that hangs holds up nobody but itself.

In: jobs, each with the lane it belongs to and a key. Out: at most one job of a key is under way at any moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], None]


class Lanes:
    """Runs jobs of one lane one after the other, lanes beside each other.

    Args:
        threads: False: each job is run at once, by who hands it in (tests, the command line).
        after: called when a job has ended, in its thread.
    """

    def __init__(self, *, threads: bool, after: Callable[[], None]) -> None:
        self._threads, self._after = threads, after
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._queues: dict[str, SimpleQueue[tuple[str, Job] | None]] = {}
        self._running: list[threading.Thread] = []

    def submit(self, lane: str, key: str, job: Job) -> bool:
        """Whether the job was taken; not when one of this key is under way or queued."""
        with self._lock:
            if key in self._busy:
                return False
            self._busy.add(key)
            if self._threads:
                self._queue(lane).put((key, job))
        if not self._threads:
            self._run(key, job)
        return True

    def busy(self) -> bool:
        with self._lock:
            return bool(self._busy)

    def holds(self, key: str) -> bool:
        """Whether a job of this key is under way or queued."""
        with self._lock:
            return key in self._busy

    def close(self, seconds: float) -> bool:
        """Whether every lane ended within `seconds`. A call that hangs is left behind: the journal knows it was tried."""
        for queue in self._queues.values():
            queue.put(None)
        for thread in self._running:
            thread.join(seconds / len(self._running))
        return not any(thread.is_alive() for thread in self._running)

    def _queue(self, lane: str) -> SimpleQueue[tuple[str, Job] | None]:
        queue = self._queues.get(lane)
        if queue is None:
            queue = self._queues[lane] = SimpleQueue()
            thread = threading.Thread(target=self._serve, args=(queue,), name=f"lane {lane}", daemon=True)
            self._running.append(thread)
            thread.start()
        return queue

    def _serve(self, queue: SimpleQueue[tuple[str, Job] | None]) -> None:
        while (item := queue.get()) is not None:
            self._run(*item)

    def _run(self, key: str, job: Job) -> None:
        try:
            job()
        finally:
            with self._lock:
                self._busy.discard(key)
            self._after()
