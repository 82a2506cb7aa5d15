from __future__ import annotations

import pytest

from sentinel.sources.files.names import family, later, rotated


@pytest.mark.parametrize(("path", "base"), [
    ("/l/a.log", "a.log"), ("/l/a.log.1", "a.log"), ("/l/a.log.12.gz", "a.log"), ("/l/a.log-20261124", "a.log"),
    ("/l/a.log-20261124.gz", "a.log"), ("/l/a-20261124.log", "a.log"), ("/l/a.2026-11-24.log", "a.log"),
    ("/l/a-2026-11-24T22-00.log.gz", "a.log"), ("/l/a.log.2026-11-24_13", "a.log"), ("/l/worker-1.log", "worker-1.log"),
    ("/l/a.log.bak", "a.log.bak"), ("/l/1.log", "1.log"), ("/l/a.log.gz", "a.log"),
    ("/l/a.log.zst", "a.log"), ("/l/a.log.1.xz", "a.log"), ("/l/a.log.old", "a.log"), ("/l/a-2026-11-24T13-05-09.123.log", "a.log"),
    ("/l/@4000000069247e5c2b4f1a9c.s", "current"), ("/l/@4000000069247e5c.s", "@4000000069247e5c.s"),
])
def test_family(path: str, base: str) -> None:
    assert family(path) == ("/l", base)
    assert rotated(path) == (not path.endswith(base))


def test_family_is_linear_on_hostile_names() -> None:
    assert family("/l/" + "a-1" * 80 + "!")[1]


@pytest.mark.parametrize(("path", "than", "is_later"), [
    ("a.log.1", "a.log.2", True), ("a.log.2", "a.log.1", False), ("a.log.1.gz", "a.log.10.gz", True),
    ("a-20261125.log", "a-20261124.log", True), ("a-20261124.log", "a-20261125.log", False),
    ("a.log", "a.log.1", False), ("a.log.1", "a.log", False),
])
def test_later(path: str, than: str, is_later: bool) -> None:
    assert later(path, than) is is_later
