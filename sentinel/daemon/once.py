"""To the end and no further: all that is there is read, every queue runs dry. For `run --once` and for replays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sentinel.clock import Clock
from sentinel.pipeline import Pipeline
from sentinel.sources._base import Reading, Readings

_DRAIN_SECONDS = 120.0
_TOO_FAR_SECONDS = 20.0
_WAIT_SECONDS = 1.0

# Seconds until a queue's next work is due; None when it is empty.
Due = Callable[[], float | None]


def read(reader: Readings, pipeline: Pipeline, each: Callable[[Reading], None] = lambda reading: None,
         stopping: Callable[[], bool] = lambda: False) -> None:
    """Read to the end of everything; the last line of a file is one even without a line end.

    Args:
        each: told of each batch once it is committed. stopping: asked between two lines; true gives up.

    Raises: JournalError.
    """
    reader.finish()
    pipeline.finish()
    while not stopping():
        reading = pipeline.turn(stopping)
        if reading is not None:
            each(reading)
        elif reader.at_end:
            return
        else:
            reader.wait(_WAIT_SECONDS)  # Standard input is still open, or the journal of systemd not at its end.


def drain(queues: Sequence[Due], wake: Callable[[], object], clock: Clock) -> bool:
    """Let every queue run dry. False when the time was up before; what is far from due is left and does not count.

    Args:
        wake: called again and again; sees to it that what is due is done.
    """
    until = clock.monotonic() + _DRAIN_SECONDS
    while clock.monotonic() < until:
        if not any((due := queue()) is not None and due <= _TOO_FAR_SECONDS for queue in queues):
            return True
        wake()
        clock.sleep(0.05)
    return False


def summary(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """What was read and found meanwhile. Args: the journal's counters, then and now."""
    grown: Counter[str] = Counter()
    for name, count in after.items():
        grown[name.partition(":")[0]] += count - before.get(name, 0)
    unread = f", {grown['deadletters']:,} that could not be read (`sentinel deadletters list`)" if grown["deadletters"] else ""
    found = " (`sentinel incidents list`)" if grown["alerts"] else ""
    return f"{grown['lines']:,} line(s) read{unread}; {grown['events']:,} event(s), {grown['alerts']:,} alert(s){found}"
