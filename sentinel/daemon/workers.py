"""Threads that drain the journal's queues. If one dies, the queue remembers; if its turn fails, it tries again.

In: a `turn` that does what is due and says in how many seconds to come back. Out: nothing; the journal is the result.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sentinel.errors import JournalError
from sentinel.telemetry import Metrics

log = logging.getLogger("sentinel.worker")

_AFTER_FAULT_SECONDS = 5.0


class Worker:
    """One thread around one `turn`."""

    def __init__(self, name: str, turn: Callable[[], float], metrics: Metrics) -> None:
        self.name = name
        self.problem = ""
        self._turn, self._metrics = turn, metrics
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There may be something due now."""
        self._wake.set()

    def stop(self) -> None:
        """No new turn; the running one ends by itself."""
        self._stop.set()
        self._wake.set()

    def join(self, seconds: float) -> bool:
        """Whether the thread ended within `seconds`."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            self._wake.wait(self._guarded())

    def _guarded(self) -> float:
        try:
            delay = self._turn()
            self.problem = ""
            return delay
        except JournalError as error:
            # A full disk says the same every few seconds; it is one thing to say.
            if self.problem != str(error):
                log.error("%s: %s", self.name, error)
            self.problem = str(error)
            return _AFTER_FAULT_SECONDS
        except Exception as error:  # the wall around one worker turn: the thread must outlive any fault
            self.problem = f"{type(error).__name__} in {self.name}"
            self._metrics.faults.labels(self.name).inc()
            # The message may quote what a service or a log said; the type and the place cannot.
            log.error("%s failed with %s at %s; it goes on in %.0f s", self.name, type(error).__name__,
                      _place(error), _AFTER_FAULT_SECONDS)
            return _AFTER_FAULT_SECONDS


def _place(error: BaseException) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else "?"
