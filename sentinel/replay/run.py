"""A replay: a daemon without a world. In: logs and a config. Out: a summary.

It works in a scratch journal of its own, with the redaction of the real one; event time drives windows and incidents;
playbooks plan and nothing goes out: no service is asked, nothing is shipped, no position in a log is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from sentinel import formats
from sentinel.assembly import Parts
from sentinel.clock import SECOND, Clock
from sentinel.corpus.library import Library, folder_of, key_of
from sentinel.daemon import once, reload
from sentinel.daemon.stages import stages
from sentinel.errors import SentinelError
from sentinel.evidence import keys
from sentinel.formats._lines import AUTO, choose, whole
from sentinel.journal import checkpoints
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.pipeline import Pipeline
from sentinel.playbooks.engine import Engine
from sentinel.playbooks.guard import Guard
from sentinel.replay.merge import EventClock, Merged
from sentinel.replay.summary import Summary, fill
from sentinel.replay.tracks import Track, peek, tracks
from sentinel.sources._base import Reading
from sentinel.telemetry import Metrics

# Small batches, so that logs are merged closely; smaller ones when somebody looks on.
_LINES, _LINES_PACED = 500, 20

# Told of each batch: bytes read so far, the time of the newest event.
Progress = Callable[[int, int], None]


def replay(config: Path, paths: Sequence[Path], scratch: Path, clock: Clock, *, form: str = "", speed: float = 0,
           progress: Progress = lambda done, at: None) -> Summary:
    """Replay the logs in `paths`.

    Args:
        scratch: an empty folder for the journal. form: see `tracks`.
        speed: how many times as fast as they were written; 0: as fast as it goes.

    Raises: ConfigError: the config is wrong, or there is nothing to read. JournalError.
    """
    parts = reload.sound(config, None)
    found = tracks(paths, parts.config.sources, form)
    summary = Summary(sum(len(t.files) for t in found), sum(t.bytes for t in found), 0.0, {}, rules=len(parts.rules))
    began = clock.monotonic()
    journal = Journal(scratch / "journal.db")
    key = _key(parts.config.journal.parent, scratch)
    try:
        _through(_of(parts, found, clock), found, journal, key, clock, summary, _Pace(speed, clock), progress)
        strict = parts.config.playbooks.mode
        modes = {p.name: "observe" if "observe" in (strict, p.mode) else "act" for p in parts.playbooks}
        fill(summary, journal, modes, {track.source.name for track in found if track.meant})
    finally:
        summary.seconds = round(clock.monotonic() - began, 3)
        journal.close()
    return summary


def _through(parts: Parts, found: list[Track], journal: Journal, key: bytes, clock: Clock, summary: Summary, pace: _Pace,
             progress: Progress) -> None:
    state, event_time = State(journal), EventClock(clock, _begin(found))
    merged = Merged(found, lambda: checkpoints.known(journal), parts.config.host, event_time, pace.lines)
    library = Library(folder_of(parts.config.journal), key_of(key))
    library.refresh()
    pipeline = Pipeline(merged, stages(parts, state, key, dry_run=True, library=library), journal, state, event_time, Metrics(),
                        lambda batch, decided: merged.saw(batch))

    def each(reading: Reading) -> None:
        progress(merged.read_bytes, event_time.now())
        pace.wait(event_time.now())

    try:
        once.read(merged, pipeline, each)
    except KeyboardInterrupt:
        summary.interrupted = True
    merged.close()
    summary.unread = merged.unread
    summary.by_format = {track.source.name: track.source.format for track in found}
    engine = Engine(journal, parts.actions, event_time, guard=Guard.of(parts.config.playbooks), dry_run=True, threads=False)
    once.drain([engine.due_in], engine.turn, clock)
    engine.close()


def _of(parts: Parts, found: Sequence[Track], clock: Clock) -> Parts:
    """The parts for these tracks: their formats, and nothing that reaches out. Tells each track where it begins."""
    known = formats.load(parts.config.formats)
    mine = dict(parts.formats)
    for track in found:
        first = peek(track.files[0])
        if track.source.format == AUTO and (choice := choose(first, known, clock, str(track.files[0]))):
            track.source = track.source.model_copy(update={"format": choice.name})
        if track.source.name not in mine:
            mine[track.source.name] = formats.of_source(track.source, known)
        pieces = whole(mine[track.source.name], first, clock)
        track.watermark = next((record.at for piece in pieces for record in piece.records if record.at), 0)
    config = parts.config.model_copy(update={"elasticsearch": None, "metrics": None})
    return replace(parts, config=config, formats=mine)


def _key(real: Path, scratch: Path) -> bytes:
    """The real journal's, so that a pseudonym is the same here and there; a new one when there is none to read."""
    file = real / "pseudonym.key"
    try:
        if file.exists():
            return keys.load_or_create(file)
    except (OSError, SentinelError):
        pass
    return keys.load_or_create(scratch / "pseudonym.key")


def _begin(found: Sequence[Track]) -> int:
    """When the first event was, as far as that is known before anything is read; else when the oldest file was written."""
    return min((track.watermark for track in found if track.watermark),
               default=min(file.stat().st_mtime_ns for track in found for file in track.files))


class _Pace:
    """Waits so that event time passes `speed` times as fast as true time; 0: not at all."""

    def __init__(self, speed: float, clock: Clock) -> None:
        self.lines = _LINES_PACED if speed else _LINES
        self._speed, self._clock = speed, clock
        self._first: tuple[int, float] | None = None

    def wait(self, at: int) -> None:
        """An event of this time was read."""
        if not self._speed:
            return
        first, began = self._first = self._first or (at, self._clock.monotonic())
        ahead = (at - first) / SECOND / self._speed - (self._clock.monotonic() - began)
        if ahead > 0:
            self._clock.sleep(ahead)
