from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel.records.line import File
from sentinel.sources.files.discover import Seen, see
from sentinel.sources.files.handle import open_handle
from sentinel.sources.files.kin import find_copy, holds, later, opened, read_up_to, repeats
from sentinel.sources.files.tail import Tail

CONTENT = b"".join(b"line %d\n" % n for n in range(100))


@pytest.fixture
def tail(tmp_path: Path) -> Tail:
    """Of a file with 100 lines, all read."""
    path = tmp_path / "a.log"
    path.write_bytes(CONTENT)
    tail = Tail(File("i", "s", str(path)), (0, 0), 1 << 20)
    tail.name_head(b"line 0")
    tail.handle = open_handle(str(path))
    tail.read(2000)
    return tail


def write(tail: Tail, name: str, content: bytes, age: int = 0) -> Seen:
    path = Path(tail.file.path).with_name(name)
    path.write_bytes(content)
    os.utime(path, ns=(0, 10**18 - age))
    seen = see(str(path))
    assert seen is not None
    return seen


def test_holds(tail: Tail) -> None:
    assert holds(tail, write(tail, "b", CONTENT + b"more\n").path)
    assert not holds(tail, write(tail, "b", CONTENT[:-1]).path)
    assert not holds(tail, write(tail, "b", b"another").path)
    assert not holds(tail, tail.file.path + ".missing")


@pytest.mark.parametrize(("name", "content", "expected"), [
    ("a.log.1", CONTENT, True),
    ("a.log.1", CONTENT + b"more\n", True),
    ("a.log.1", CONTENT[:400], True),
    ("a.log.1", CONTENT[:399] + b"?", False),
    ("a.log.1", b"line 0\nother\n", False),
    ("b.log", CONTENT, False),
])
def test_repeats(tail: Tail, name: str, content: bytes, expected: bool) -> None:
    seen = write(tail, name, content)
    with opened(seen.path) as handle:
        assert repeats(seen, handle, tail) is expected


def test_find_copy_takes_the_newest_that_holds_it(tail: Tail) -> None:
    old, new = write(tail, "a.log.2", CONTENT, age=9), write(tail, "a.log.1", CONTENT + b"rest\n")
    other = write(tail, "a.log.3", b"other\n")
    assert find_copy(tail, [old, new, other]) == (new, len(CONTENT) + 5)
    assert find_copy(tail, [other]) is None
    assert find_copy(tail, [write(tail, "a.log.4", CONTENT[:300])]) is not None


def test_a_copy_is_known_up_to_a_lines_start(tail: Tail) -> None:
    seen = write(tail, "a.log.1", CONTENT[:404])
    known = read_up_to(seen, 404, tail.file)
    assert known is not None
    assert known.offset == CONTENT[:404].rfind(b"\n") + 1
    assert holds(Tail.resumed(known, 1 << 20), tail.file.path)
    assert read_up_to(Seen("/missing", (0, 0), 1, 1), 1, tail.file) is None


@pytest.mark.parametrize(("path", "than", "is_later"), [
    ("a.log.1", "a.log.2", True), ("a.log.2", "a.log.1", False), ("a.log.1.gz", "a.log.10.gz", True),
    ("a-20261125.log", "a-20261124.log", True), ("a-20261124.log", "a-20261125.log", False),
    ("a.log", "a.log.1", False), ("a.log.1", "a.log", False),
])
def test_later(path: str, than: str, is_later: bool) -> None:
    assert later(path, than) is is_later
