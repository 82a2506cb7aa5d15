from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest

from sentinel.clock import SECOND
from sentinel.config.model import SourceConfig
from sentinel.journal.batch import Batch
from sentinel.records.line import Checkpoint
from sentinel.replay.merge import EventClock, Merged
from sentinel.replay.tracks import Track, peek
from tests import make

# What is committed, as the journal would hold it.
JOURNAL: dict[str, Checkpoint] = {}


def written(path: Path, seconds: list[int]) -> Path:
    """A log of events at these seconds."""
    data = "".join(json.dumps({"at": second, "log": path.name.split(".")[0]}) + "\n" for second in seconds).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(merged: Merged) -> list[tuple[str, int]]:
    """As a pipeline reads: each batch is committed before the next is asked for."""
    found = []
    for reading in iter(merged.read, None):
        if merged.at_end:
            break
        rows = [json.loads(line.data) for line in reading.lines]
        found += [(row["log"], row["at"]) for row in rows]
        merged.saw(Batch(events=[(make.event(at=row["at"] * SECOND), {}) for row in rows]))
        merged.committed(reading)
        JOURNAL.update((checkpoint.file.id, checkpoint) for checkpoint in reading.checkpoints)
    return found


def merged(*tracks: list[Path], most: int = 2) -> tuple[Merged, EventClock]:
    clock = EventClock(make.Clock(), 0)
    found = [Track(SourceConfig(name=f"s{n}", paths=["-"], format="json"), files, watermark=json.loads(peek(files[0])[0])["at"] * SECOND)
             for n, files in enumerate(tracks)]
    JOURNAL.clear()
    return Merged(found, lambda: list(JOURNAL.values()), "h", clock, most), clock


def test_logs_are_read_in_the_order_of_their_times(tmp_path: Path) -> None:
    one, clock = merged([written(tmp_path / "a.log", list(range(1, 40)))], [written(tmp_path / "b.log", list(range(10, 20)))])
    found = read(one)
    assert len(found) == 49 and one.at_end and not one.unread
    assert all(later[1] > earlier[1] - 4 for earlier, later in itertools.pairwise(found))
    assert clock.now() == 39 * SECOND


def test_the_parts_of_a_log_follow_each_other_compressed_or_not(tmp_path: Path) -> None:
    parts = [written(tmp_path / "a.log.2.gz", [1, 2, 3]), written(tmp_path / "a.log.1", [4, 5, 6]), written(tmp_path / "a.log", [7])]
    one, _ = merged(parts)
    assert [at for _, at in read(one)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_last_line_without_an_end_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text('{"at": 1, "log": "a"}\n{"at": 2, "log": "a"}')
    assert [at for _, at in read(merged([tmp_path / "a.log"])[0])] == [1, 2]


@pytest.mark.parametrize(("at", "shown"), [(5, 5), (-5, 1), (10**18, 1)])
def test_a_wrong_time_does_not_carry_the_clock_away(at: int, shown: int) -> None:
    clock = EventClock(make.Clock(), SECOND)
    clock.saw(at * SECOND)
    assert clock.now() == shown * SECOND
