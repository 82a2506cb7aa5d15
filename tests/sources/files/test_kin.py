from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel.records.line import File
from sentinel.sources.files.discover import Seen, see
from sentinel.sources.files.handle import open_handle, opened
from sentinel.sources.files.kin import begins_with, find_copy, holds, read_up_to, repeats
from sentinel.sources.files.tail import Tail

CONTENT = b"".join(b"line %d\n" % n for n in range(100))


@pytest.fixture
def tail(tmp_path: Path) -> Tail:
    """Of a file with 100 lines, all read."""
    path = tmp_path / "a.log"
    path.write_bytes(CONTENT)
    seen = see(str(path))
    assert seen is not None
    tail = Tail(File("i", "s", str(path)), seen.key, 1 << 20)
    tail.name_head(b"line 0")
    tail.handle = open_handle(seen)
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
    assert holds(tail, write(tail, "b", CONTENT + b"more\n"))
    assert holds(tail, write(tail, "b", CONTENT[:-1])) is False
    assert holds(tail, write(tail, "b", b"another")) is False
    seen = write(tail, "b", CONTENT)
    assert holds(tail, Seen(seen.path, (0, 1), seen.size, 0)) is False, "another file stands there now"
    assert holds(tail, Seen(seen.path + ".missing", seen.key, 0, 0)) is False
    Path(seen.path).write_bytes(b"\x1f\x8bdamaged, as far as gzip is concerned")
    assert holds(tail, seen) is None


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
    with opened(seen) as handle:
        assert repeats(seen, handle, tail) is expected


def test_find_copy_takes_the_newest_that_holds_it(tail: Tail) -> None:
    old, new = write(tail, "a.log.2", CONTENT, age=9), write(tail, "a.log.1", CONTENT + b"rest\n")
    other, shorter = write(tail, "a.log.3", b"other\n"), write(tail, "a.log.4", CONTENT[:300])
    for given, expected in (([old, new, other], (new, True)), ([other], None), ([shorter], (shorter, False))):
        copy = find_copy(tail, given)
        assert (copy and (copy.seen, copy.whole)) == expected
        if copy:
            copy.handle.close()


def test_a_copy_is_known_up_to_a_lines_start(tail: Tail) -> None:
    with opened(write(tail, "a.log.1", CONTENT[:404])) as handle:
        known = read_up_to(handle, 404, tail.file)
        assert (known.inode, known.offset) == (handle.stat().st_ino, CONTENT[:404].rfind(b"\n") + 1)
    assert holds(Tail.resumed(known, 1 << 20), Seen(tail.file.path, tail.key, 0, 0))


def test_begins_with(tail: Tail) -> None:
    old = write(tail, "a.log~", CONTENT)
    assert begins_with(write(tail, "b", CONTENT + b"more\n"), old)
    assert begins_with(write(tail, "b", CONTENT), old)
    assert not begins_with(write(tail, "b", CONTENT[:-1]), old)
    assert not begins_with(write(tail, "b", b"x" + CONTENT), old)
