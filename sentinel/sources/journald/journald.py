"""systemd's journal: the entries of some units and containers, each once, from where the last run stopped.

In: what `journalctl` prints, a child process that follows the journal. Out: lines, one an entry. A long line that journald or a
container's runtime has cut into several entries is handed over as its pieces.

Three things journalctl does that lose entries, and what stands against each:

- `--after-cursor` leaves out one entry that was never read when the entry of the cursor is gone (vacuumed). `--cursor` begins with
  the entry itself: when that is not the one we know, it is gone, and a gap is reported.
- `--follow` shows this boot alone, so that what was written before a restart of the host is passed over, unless `--merge` stands
  beside it. `--merge` also reads journals of other hosts that are stored here: those are kept out by this machine's id.
- journald drops entries of a unit that writes faster than its rate limit allows. It says so in an entry of its own, which becomes
  a gap.
"""

from __future__ import annotations

import select
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import IO

from sentinel.clock import Clock
from sentinel.config.inputs import JournaldConfig
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint
from sentinel.sources._feed import Feed, Feeds
from sentinel.sources._inbox import Arrival
from sentinel.sources._split import cut
from sentinel.sources.journald.export import Entry, entries

_FIELDS = ("MESSAGE", "MESSAGE_ID", "_SYSTEMD_UNIT", "CONTAINER_NAME", "CONTAINER_ID", "CONTAINER_PARTIAL_MESSAGE", "PRIORITY",
           "_STREAM_ID", "_LINE_BREAK", "_PID", "N_DROPPED", "OBJECT_SYSTEMD_UNIT")
# SD_MESSAGE_JOURNAL_DROPPED: "Suppressed N messages from UNIT".
_DROPPED = "a596d6fe7bfa4994828e72309e95d61e"
_AGAIN_SECONDS = 2.0
_WELL_SECONDS = 1.0
_VACUUMED = ("the entry read last is no longer in the journal; whether others were dropped with it is not known; "
             "give the journal more room (SystemMaxUse= in journald.conf)")


def command(config: JournaldConfig, cursor: str = "", *options: str) -> list[str]:
    """journalctl's command line. Args: cursor: of the entry to begin with; empty: from the first there is."""
    journalctl = shutil.which("journalctl") or "journalctl"
    options = ("--output=export", f"--output-fields={','.join(_FIELDS)}", "--all", "--no-pager", "--merge", *options)
    if cursor:
        options += (f"--cursor={cursor}",)
    if config.directory:
        options += (f"--directory={config.directory}",)
    return [journalctl, *options, *matches(config)]


def matches(config: JournaldConfig) -> list[str]:
    """Which entries: alternatives between `+`; within one, values of one field are alternatives too."""
    ours = [] if config.directory else _this_machine()
    found: list[str] = []
    for group in ([f"_SYSTEMD_UNIT={unit}" for unit in config.units],
                  [f"CONTAINER_NAME={name}" for name in config.containers],
                  [f"MESSAGE_ID={_DROPPED}", *(f"OBJECT_SYSTEMD_UNIT={unit}" for unit in config.units)] if config.units else []):
        if group:
            found += ["+"] * bool(found) + ours + group
    return found


def _this_machine() -> list[str]:
    try:
        return [f"_MACHINE_ID={Path('/etc/machine-id').read_text('ascii').strip()}"]
    except OSError:
        return []


class Journal(Feed):
    """One source. Its cursor is that of the last entry handed over, behind a mark of which units and containers were asked for."""

    kind = "journald"

    def __init__(self, config: SourceConfig, known: Sequence[Checkpoint], host: str, clock: Clock, woken: threading.Event) -> None:
        super().__init__(config, known, host, clock, woken)
        assert config.journald is not None
        self._asked = config.journald
        self._mark = blake2b(repr((sorted(self._asked.units), sorted(self._asked.containers))).encode(), digest_size=4).hexdigest()
        mark, _, self._seen = self.cursor.partition(" ")
        self._asked_before = mark == self._mark
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._pump, name=f"journald {config.name}", daemon=True)
        self._thread.start()

    def moved(self, arrivals: Sequence[Arrival]) -> str:
        return next((arrival.cursor for arrival in reversed(arrivals) if arrival.cursor), self.cursor)

    def finish(self) -> None:
        super().finish()
        self._end_child()  # The next one does not follow: it ends where the journal ends.

    def stop(self) -> None:
        """What is in the inbox is in the journal too, and is read from there again."""
        super().stop()
        self._closed.set()
        self.inbox.close()
        self.inbox.clear()
        self._end_child()

    def close(self) -> None:
        self.stop()
        self._thread.join(5.0)

    def _end_child(self) -> None:
        child = self._child
        if child is not None:
            child.kill()

    # The thread that listens to journalctl

    def _pump(self) -> None:
        follow = True
        while follow and not self._closed.is_set():
            follow = not self.final
            self.problem = self._listen(follow=follow)
            if not self.final:
                self._closed.wait(_AGAIN_SECONDS)
        self.ended = True
        self.woken.set()

    def _listen(self, *, follow: bool) -> str:
        """Take what one journalctl prints, until it ends. Why it ended, empty when it did as it should."""
        try:
            child = subprocess.Popen(command(self._asked, self._seen, "--quiet", "--no-tail", *["--follow"] * follow), stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            return f"journalctl cannot be started: {error.strerror}; install systemd's journalctl"
        self._child = child
        if self.final and follow:
            child.kill()  # `finish` came in between.
        assert child.stdout is not None and child.stderr is not None
        with child:
            if not _speaks(child.stdout, _WELL_SECONDS):
                self.problem = ""  # It is there and has nothing to say.
            for arrival in self._arrivals(child.stdout):
                self.problem = ""
                if not self.inbox.put(arrival):
                    child.kill()
                    return ""
            said = child.stderr.read(400).decode("utf-8", "replace").strip().splitlines()
            child.kill()
        if follow or child.returncode:
            return f"journalctl ended: {said[0] if said else f'exit code {child.returncode}'}"
        return ""

    def _arrivals(self, stream: IO[bytes]) -> Iterator[Arrival]:
        sought = self._seen
        for entry in entries(stream, self.config.max_line_bytes):
            cursor = entry.text("__CURSOR")
            if cursor != sought:
                arrival = self._arrival(entry, f"{self._mark} {cursor}")
                if sought and self._asked_before:
                    arrival.lost = _VACUUMED
                yield arrival
            sought, self._seen, self._asked_before = "", cursor, True

    def _arrival(self, entry: Entry, cursor: str) -> Arrival:
        at = _number(entry.get("__REALTIME_TIMESTAMP", b"")) * 1000
        if entry.text("MESSAGE_ID") == _DROPPED:
            unit, count = entry.text("OBJECT_SYSTEMD_UNIT"), entry.text("N_DROPPED")
            return Arrival(b"", at, name=unit, cursor=cursor, lost=f"journald dropped {count} entries of {unit}, which wrote faster than "
                           "its rate limit allows; set LogRateLimitIntervalSec=0 in the unit")
        container = entry.text("CONTAINER_NAME")
        ours = container in self._asked.containers
        message = entry.get("MESSAGE", b"").rstrip(b"\r\n")
        whole = entry.get("_LINE_BREAK") != b"line-max" and entry.get("CONTAINER_PARTIAL_MESSAGE") != b"true"
        stream = f"{entry.text('CONTAINER_ID')} {entry.text('PRIORITY')}" if ours else entry.text("_STREAM_ID") or entry.text("_PID")
        text = cut(message, max(len(message), entry.size), self.config.max_line_bytes)
        return Arrival(text.data, at, text.size + 1, text.flaw, stream[:128], whole, container if ours else entry.text("_SYSTEMD_UNIT"), cursor)


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() and len(digits) < 19 else 0


def _speaks(stream: IO[bytes], seconds: float) -> bool:
    """Whether something comes, or the end, within so long."""
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class Journald(Feeds):
    """Sources with `journald:`."""

    section, feed = "journald", Journal
