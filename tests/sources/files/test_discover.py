from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sentinel.sources.files.discover import Globs, alike, beside, moved, see


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


def test_which_paths_are_named(tmp_path: Path) -> None:
    globs = Globs([str(tmp_path / "*.log"), str(tmp_path / "**/*.json")], [str(tmp_path / "no*")])
    named = {name: globs.name(str(tmp_path / name)) for name in ("a.log", "a.log.1", "no.log", "x/y/a.json", "x/a.log", ".a.log")}
    assert [name for name, yes in named.items() if yes] == ["a.log", "x/y/a.json"]


def test_a_file_is_where_its_content_is(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.log").write_bytes(b"")
    (tmp_path / "linked").symlink_to("real")
    globs = Globs([str(tmp_path / "linked/*.log")])
    assert [seen.path for seen in globs.files()] == [str(tmp_path / "real/a.log")]
    assert globs.watched() == [(str(tmp_path / "real"), False)]


def test_what_was_rotated_out_of_the_patterns(tmp_path: Path) -> None:
    for name in ("a.log", "a.log.1", "b.log.2.gz", "c.txt.1", "a.log.bak"):
        (tmp_path / name).write_bytes(b"")
    globs = Globs([str(tmp_path / "*.log")])
    globs.files()
    assert sorted(Path(seen.path).name for seen in globs.rotated(0)) == ["a.log.1", "b.log.2.gz"]
    assert globs.rotated(time.time_ns() + 10**9) == []


def test_a_moved_file_is_found_around(tmp_path: Path) -> None:
    for folder in ("logs", "logs/old", "logs.1"):
        (tmp_path / folder).mkdir()
    path = tmp_path / "logs/a.log"
    path.write_bytes(b"")
    seen = see(str(path))
    assert seen
    for place in ("logs/renamed", "logs/old/a.log.1", "logs.1/a.log"):
        path = path.rename(tmp_path / place)
        assert [found.path for found in moved(str(tmp_path / "logs/a.log"), seen.key)] == [str(path)]


def test_alike(tmp_path: Path) -> None:
    for name in ("run1/a.log", "run2/a.log", "run2/b.log", "other/a.log", "run1/1.data", "run1/22.data", "run1/x.data"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [seen.path for seen in alike(str(tmp_path / "run1/a.log"))] == [str(tmp_path / f"run{n}/a.log") for n in (1, 2)]
    assert sorted(Path(seen.path).name for seen in alike(str(tmp_path / "run1/1.data"))) == ["1.data", "22.data"]
