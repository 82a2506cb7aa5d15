from __future__ import annotations

import threading

from sentinel.clock import SECOND
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint
from sentinel.sources._feed import Feed, Feeds
from sentinel.sources._inbox import Arrival
from tests import make


class Box(Feed):
    """Fed by hand."""

    kind = "stdin"


class Boxes(Feeds):
    section, feed = "stdin", Box


CONFIG = SourceConfig.model_validate({"name": "s", "format": "json", "stdin": {}})


def boxes(known: list[Checkpoint] | None = None, *configs: SourceConfig) -> Boxes:
    return Boxes(configs or [CONFIG], known or [], "host", make.Clock(), threading.Event())


def feed(into: Boxes, *texts: bytes, **fields: object) -> None:
    for text in texts:
        assert into._feeds[0].inbox.offer(Arrival(text, make.NOW, **fields))  # type: ignore[arg-type]


def test_lines_are_numbered_through_by_their_bytes_across_restarts() -> None:
    one = boxes()
    feed(one, b"abc", b"")
    feed(one, b"de", size=100, flaw="too long")
    reading = one.read(10, 1000)
    assert [line.offset - make.NOW for line in reading.lines] == [0, 4]
    (checkpoint,) = reading.checkpoints
    assert checkpoint.offset == make.NOW + 104
    again = boxes([checkpoint])
    feed(again, b"f")
    (line,) = again.read(10, 1000).lines
    assert line.offset == checkpoint.offset and line.file == reading.lines[0].file


def test_parts_of_a_source_are_files_of_their_own() -> None:
    one = boxes()
    feed(one, b"1", name="a", stream="x", whole=False)
    feed(one, b"2", name="b")
    first, second = one.read(10, 1000).lines
    assert (first.file.path, first.stream, first.whole, first.at) == ("stdin:a", "x", False, make.NOW)
    assert (second.file.path, second.stream, second.whole) == ("stdin:b", "", True)
    assert first.file.id != second.file.id


def test_what_was_lost_is_a_gap_that_commits_with_the_next_checkpoint() -> None:
    one = boxes()
    feed(one, b"", lost="3 datagrams", lost_bytes=7)
    reading = one.read(10, 1000)
    (gap,) = reading.gaps
    assert (gap.reason, gap.size, gap.file.path, reading.lines) == ("3 datagrams", 7, "stdin", []) and len(reading.checkpoints) == 1


def test_nothing_to_hand_over_is_an_empty_reading() -> None:
    reading = boxes().read(10, 1000)
    assert not (reading.lines or reading.checkpoints or reading.gaps) and reading.at_end


def test_it_is_at_its_end_when_it_is_told_so_and_all_is_taken() -> None:
    one = boxes()
    one.finish()
    assert not one.read(10, 1000).at_end
    feed(one, b"1", b"2")
    one._feeds[0].ended = True
    assert not one.read(1, 1000).at_end
    assert one.read(1, 1000).at_end


def test_lag_counts_what_is_not_committed() -> None:
    one = boxes()
    one._feeds[0].clock.sleep(3)
    feed(one, b"1", b"22")
    reading = one.read(1, 1000)
    lag = one.lag()["s"]
    assert (lag.bytes, lag.seconds) == (3, 3.0)
    one.committed(reading)
    assert one.lag()["s"].bytes == 2
    assert one.due_in() == 0
    one.committed(one.read(1, 1000))
    assert (one.lag()["s"].bytes, one.lag()["s"].seconds) == (0, 0.0) and one.due_in() > SECOND / SECOND


def test_several_sources_have_their_turns() -> None:
    other = CONFIG.model_copy(update={"name": "t"})
    one = boxes([], CONFIG, other)
    for number in range(10):
        feed(one, b"%d" % number)
    one._feeds[1].inbox.offer(Arrival(b"x", 0))
    assert [line.data for line in one.read(4, 1000).lines] == [b"0", b"1", b"x"]
    assert set(one.lag()) == {"s", "t"}
