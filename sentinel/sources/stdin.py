"""Standard input: what is piped into the daemon, line by line, until it ends.

In: bytes of a pipe, a file or a terminal. Out: lines. What was taken out of a pipe and not committed when the daemon was killed
is lost: a pipe cannot be read twice.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Sequence

from sentinel.clock import Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint
from sentinel.sources._feed import Feed, Feeds
from sentinel.sources._inbox import Arrival
from sentinel.sources._split import Cut, Splitter

_CHUNK = 256 * 1024


class Pipe(Feed):
    """Reads one file descriptor in a thread of its own, so that a pipe on which nothing comes holds up nobody."""

    kind = "stdin"

    def __init__(self, config: SourceConfig, known: Sequence[Checkpoint], host: str, clock: Clock, woken: threading.Event) -> None:
        super().__init__(config, known, host, clock, woken)
        self._fd = sys.__stdin__.fileno() if sys.__stdin__ else os.open(os.devnull, os.O_RDONLY)
        self._told, self._tell = os.pipe()
        self._poll = select.poll()  # select() knows no descriptor beyond 1023, and thousands of files may be open.
        self._poll.register(self._fd, select.POLLIN)
        self._poll.register(self._told, select.POLLIN)
        self._thread = threading.Thread(target=self._pump, name=f"stdin {config.name}", daemon=True)
        self._thread.start()

    def _pump(self) -> None:
        lines = Splitter(self.config.max_line_bytes)
        try:
            while chunk := self._next():
                if not self._hand_over(lines.feed(chunk)):
                    return
            self._hand_over(lines.end())
        except OSError as error:
            self.problem = f"standard input cannot be read: {error.strerror or error}"
        finally:
            self.ended = True
            self.woken.set()

    def _next(self) -> bytes:
        """What there is; empty at the end, and when told to stop."""
        ready = dict(self._poll.poll())
        return b"" if self._told in ready else os.read(self._fd, _CHUNK)

    def _hand_over(self, lines: Sequence[Cut]) -> bool:
        now = self.clock.now()
        return all(self.inbox.put(Arrival(line.data, now, line.size, line.flaw)) for line in lines)

    def stop(self) -> None:
        super().stop()
        os.write(self._tell, b".")

    def close(self) -> None:
        self.stop()
        super().close()
        self._thread.join(5.0)
        if not self._thread.is_alive():
            os.close(self._told)
            os.close(self._tell)


class Stdin(Feeds):
    """Sources with `stdin:`."""

    section, feed = "stdin", Pipe
