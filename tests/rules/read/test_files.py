"""Which files of a folder are rules."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel.errors import Mistake
from sentinel.rules.read.files import files


def found(folder: Path, *more: Path) -> tuple[list[str], list[Mistake]]:
    mistakes: list[Mistake] = []
    return [path.relative_to(folder).as_posix() for path in files([folder, *more], mistakes)], mistakes


def test_rules_are_found_sorted_and_once(tmp_path: Path) -> None:
    for name in ("b.yml", "a/z.yaml", "a-b/c.yml", "a/b/c.yml", "a/x.cases.yml", "a/.hidden.yml", ".git/x.yml", "notes.md", "folder.yml/in.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    expected = ["a/b/c.yml", "a/z.yaml", "a-b/c.yml", "b.yml", "folder.yml/in.yml"]
    assert found(tmp_path, tmp_path / "a" / "z.yaml", tmp_path / "a") == (expected, [])


def test_links_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.yml").write_text("")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "two.yml").symlink_to("a/one.yml")
    (tmp_path / "gone.yml").symlink_to("nowhere")
    assert found(tmp_path) == (["a/one.yml", "gone.yml"], [])


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    names, [mistake] = found(tmp_path, tmp_path / "nowhere")
    assert (names, mistake.what) == ([], "no such file or folder")


def test_the_folder_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.yml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert [str(path) for path in files([Path(os.curdir)], [])] == ["one.yml"]
