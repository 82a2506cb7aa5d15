"""What is kept on disk: all of it or nothing, and only what is ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel import cache as module
from sentinel.cache import Cache


def test_what_was_put_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a" / "b")
    assert cache.get("k") is None
    cache.put("k", b"content")
    assert (cache.get("k"), cache.get("other")) == (b"content", None)
    assert (tmp_path / "a" / "b" / "k.kept").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("change", [lambda all_: all_[:-1], lambda all_: all_ + b"x", lambda all_: b"", lambda all_: all_[:40] + b"?" + all_[41:]])
def test_what_is_damaged_is_not_read(tmp_path: Path, change: object) -> None:
    cache = Cache(tmp_path)
    cache.put("k", b"content " * 10)
    file = tmp_path / "k.kept"
    file.write_bytes(change(file.read_bytes()))  # type: ignore[operator]
    assert cache.get("k") is None


def test_what_others_may_write_is_not_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("k", b"content")
    (tmp_path / "k.kept").chmod(0o666)
    assert cache.get("k") is None
    (tmp_path / "k.kept").chmod(0o600)
    tmp_path.chmod(0o777)
    assert cache.get("k") is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("k", b"content")
    (tmp_path / "k.kept").rename(tmp_path / "elsewhere")
    (tmp_path / "k.kept").symlink_to(tmp_path / "elsewhere")
    assert cache.get("k") is None


def test_the_longest_unused_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_FILES", 4)
    cache = Cache(tmp_path)
    for number in range(6):
        cache.put(str(number), b"x")
        if (file := tmp_path / f"{number}.kept").exists():
            os.utime(file, (number, number))
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["2", "3", "4", "5"]


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("k", b"x")
    assert cache.get("k") is None


def test_no_more_than_so_many_bytes_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 1_000)
    cache = Cache(tmp_path)
    for number in range(4):
        cache.put(str(number), b"x" * 400)
        os.utime(tmp_path / f"{number}.kept", (number, number))
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["2", "3"]


@pytest.mark.parametrize(("environment", "folder"), [
    ({"CACHE_DIRECTORY": "/var/cache/sentinel", "XDG_CACHE_HOME": "/x", "HOME": "/home/a"}, "/var/cache/sentinel"),
    ({"XDG_CACHE_HOME": "/x", "HOME": "/home/a"}, "/x/sentinel"), ({"HOME": "/home/a"}, "/home/a/.cache/sentinel"),
    ({"XDG_CACHE_HOME": "relative"}, "/nonexistent/.cache/sentinel")])
def test_where_it_is(environment: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CACHE_DIRECTORY", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Cache()._folder == Path(folder)
