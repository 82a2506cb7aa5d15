"""kill -9 while records are unfinished: pieces of lines, printed JSON. Each is there once, and nothing of it is kept raw."""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path

from tests.faults.daemon import Daemon

RECORDS, KILLS = 600, 10
CARD = "4539148803436467"


def container_log() -> bytes:
    """Records of two streams, each in up to five pieces, the pieces of the two interleaved."""
    dice = random.Random(7)
    lines: list[list[bytes]] = [[], []]
    for number in range(RECORDS):
        stream = number % 2
        text = json.dumps({"n": number, "time": 1795561283 + number, "prompt": f"card {CARD} of {number}"}).encode()
        cuts = sorted(dice.sample(range(1, len(text)), dice.randrange(5)))
        pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        lines[stream] += [b"2026-11-24T23:01:23.5Z %s %s %s\n" % ((b"stdout", b"stderr")[stream], b"F" if last else b"P", piece)
                          for last, piece in zip([False] * (len(pieces) - 1) + [True], pieces, strict=True)]
    mixed = []
    while any(lines):
        mixed.append(dice.choice([part for part in lines if part]).pop(0))
    return b"".join(mixed)


def printed_log() -> bytes:
    return b"".join(json.dumps({"n": number, "time": 1795561283 + number, "a": {"b": [1, 2]}}, indent=2).encode() + b"\n"
                    for number in range(RECORDS))


def write(log: bytes, path: Path, seconds: float) -> None:
    step = len(log) // 150 + 1
    with path.open("ab", buffering=0) as file:
        for at in range(0, len(log), step):
            file.write(log[at:at + step])
            time.sleep(seconds / 150)


def test_kills_between_the_pieces_of_records(tmp_path: Path) -> None:
    one = Daemon(tmp_path, {"sources": [{"name": name, "paths": [str(tmp_path / "logs" / f"{name}.log")], "format": "json"}
                                        for name in ("pods", "printed")]})
    (tmp_path / "logs").mkdir()
    writers = [threading.Thread(target=write, args=(log, tmp_path / "logs" / f"{name}.log", 9.0))
               for name, log in (("pods", container_log()), ("printed", printed_log()))]
    one.start()
    for writer in writers:
        writer.start()
    dice = random.Random(1)
    for _ in range(KILLS):
        time.sleep(dice.uniform(0.5, 1.2))
        one.kill()
        one.start()
    for writer in writers:
        writer.join()
    one.caught_up()
    one.stop()
    events = one.rows("events", "list")
    for source in ("pods", "printed"):
        assert [event["n"] for event in events if event["sentinel.source"] == source] == sorted(range(RECORDS), key=order(source))
    assert one.rows("deadletters", "list") == []
    assert len({event["event.id"] for event in events}) == 2 * RECORDS
    assert not [file for file in (tmp_path / "state").iterdir() if CARD.encode() in file.read_bytes()]


def order(source: str) -> object:
    """Records come in the order in which their last piece does."""
    if source == "printed":
        return lambda number: number
    ends: dict[int, int] = {}
    streams: dict[bytes, bytes] = {}
    for at, line in enumerate(container_log().splitlines()):
        _, stream, mark, piece = line.split(b" ", 3)
        streams[stream] = streams.get(stream, b"") + piece
        if mark == b"F":
            ends[json.loads(streams.pop(stream))["n"]] = at
    return ends.__getitem__
