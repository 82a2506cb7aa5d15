from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel.sources.files.discover import Globs, beside, see


def names(folder: Path, *patterns: str, exclude: tuple[str, ...] = ()) -> list[str]:
    globs = Globs([str(folder / p) for p in patterns], [str(folder / p) for p in exclude])
    return sorted(os.path.relpath(seen.path, folder) for seen in globs.files())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.log", "b.log", "b.txt", ".h.log", "x/c.log", "x/y/d.log", "x/.git/e.log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize(("patterns", "found"), [
    (["a.log"], ["a.log"]),
    (["missing.log", "no/such/*.log"], []),
    (["*.log"], ["a.log", "b.log"]),
    ([".*.log"], [".h.log"]),
    (["[ab].???"], ["a.log", "b.log", "b.txt"]),
    (["*/*.log"], ["x/c.log"]),
    (["**/*.log"], ["a.log", "b.log", "x/c.log", "x/y/d.log"]),
    (["x/**"], ["x/c.log", "x/y/d.log"]),
    (["**/y/*.log"], ["x/y/d.log"]),
    (["*.log", "a.*"], ["a.log", "b.log"]),
])
def test_patterns_mean_what_they_mean_in_a_shell(folder: Path, patterns: list[str], found: list[str]) -> None:
    assert names(folder, *patterns) == found


def test_exclusions(folder: Path) -> None:
    assert names(folder, "**/*.log", exclude=("x/**/*.log", "b.*")) == ["a.log"]


def test_only_regular_files(folder: Path) -> None:
    os.mkfifo(folder / "fifo.log")
    (folder / "dir.log").mkdir()
    (folder / "broken.log").symlink_to("nowhere")
    assert names(folder, "*.log") == ["a.log", "b.log"]


def test_a_link_is_seen_as_its_target(folder: Path) -> None:
    (folder / "cur.out").symlink_to("x/c.log")
    assert names(folder, "*.out") == ["x/c.log"]


def test_any_depth_does_not_run_in_circles(folder: Path) -> None:
    (folder / "x/loop").symlink_to("..")
    assert names(folder, "**/d.log") == ["x/y/d.log"]


def test_links_to_themselves_are_no_end_of_it(folder: Path) -> None:
    (folder / "loop").symlink_to("loop")
    (folder / "loop.log").symlink_to("loop.log")
    assert names(folder, "*/*.log", "*.log", "**/c.log") == ["a.log", "b.log", "x/c.log"]


def test_hostile_names(folder: Path) -> None:
    (folder / "q\n.log").write_text("")
    (folder / "b\udcff.log").write_text("")
    globs = Globs([str(folder / "[qb]?.log")])
    assert [Path(seen.path).name for seen in globs.files()] == ["q\n.log"]
    problem, = globs.problems
    assert problem.endswith(r"b\udcff.log': the name is not UTF-8; rename it")
    assert len(beside(str(folder))) == 5


def test_watched_folders(folder: Path) -> None:
    globs = Globs([str(folder / "*.log"), str(folder / "x/*/d.log"), str(folder / "gone/*.log"), "/**/x.log"])
    assert globs.watched() == [(str(folder), False), (str(folder / "x"), True)]


def test_see_and_beside(folder: Path) -> None:
    seen = see(str(folder / "a.log"))
    assert seen is not None and seen.size == 5
    assert see(str(folder)) is None
    assert {Path(s.path).name for s in beside(str(folder))} == {"a.log", "b.log", "b.txt", ".h.log"}
    assert beside(str(folder / "nowhere")) == []
