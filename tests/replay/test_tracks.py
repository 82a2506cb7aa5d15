from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel.config.model import SourceConfig
from sentinel.errors import ConfigError
from sentinel.replay.tracks import Track, tracks

SOURCES = [SourceConfig(name="gateway", paths=["/var/log/litellm/*.jsonl"], format="litellm"),
           SourceConfig(name="edge", paths=["/var/log/nginx/access.log"], format="nginx", timezone="Europe/Berlin")]


def put(folder: Path, *names: str) -> None:
    """Files written in this order."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
        os.utime(folder / name, (number, number))


def names(track: Track) -> list[str]:
    return [file.name for file in track.files]


@pytest.mark.parametrize("parts", [
    ["access.log.10.gz", "access.log.2.gz", "access.log.1", "access.log"],
    ["access.log-20261122.gz", "access.log-20261123", "access.log"],
    ["app-2026-11-22.log", "app-2026-11-23.log", "app.log"],
])
def test_the_parts_of_a_log_come_oldest_first_by_name_whatever_a_copy_did_to_their_times(tmp_path: Path, parts: list[str]) -> None:
    put(tmp_path, *reversed(parts))
    [track] = tracks([tmp_path], SOURCES)
    assert names(track) == parts


def test_where_names_do_not_tell_the_time_does(tmp_path: Path) -> None:
    put(tmp_path, "access.log.old", "access.log")
    assert names(tracks([tmp_path], SOURCES)[0]) == ["access.log.old", "access.log"]


def test_a_log_is_read_by_the_source_of_its_name_wherever_it_lies(tmp_path: Path) -> None:
    put(tmp_path, "day/access.log.1", "day/proxy.jsonl", "day/other.txt", "day/.hidden")
    found = {names(track)[0]: track for track in tracks([tmp_path], SOURCES)}
    assert {name: (t.source.name, t.source.format, t.meant) for name, t in found.items()} == {
        "access.log.1": ("edge", "nginx", True), "proxy.jsonl": ("gateway", "litellm", True), "other.txt": ("other.txt", "auto", False)}
    assert found["access.log.1"].source.timezone == "Europe/Berlin"


def test_or_as_somebody_says(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    for form, name, reads in (("edge", "edge", "nginx"), ("nginx", "a.txt", "nginx")):
        [track] = tracks([tmp_path / "a.txt"], SOURCES, form)
        assert (track.source.name, track.source.format, track.meant) == (name, reads, True)


def test_two_sources_of_one_file_name_are_told_by_the_path(tmp_path: Path) -> None:
    sources = [SourceConfig(name=name, paths=[str(tmp_path / name / "access.log")], format="nginx") for name in ("a", "b")]
    put(tmp_path, "a/access.log", "b/access.log.1", "c/access.log")
    assert [track.source.name for track in tracks([tmp_path], sources)] == ["a", "b", "access.log"]


def test_each_file_once_and_by_its_own_name(tmp_path: Path) -> None:
    put(tmp_path, "odd[1]*.log")
    [track] = tracks([tmp_path, tmp_path / "odd[1]*.log"], SOURCES, "nginx")
    assert track.next().paths == [str(tmp_path / "odd[[]1][*].log")] and track.next() is None  # type: ignore[union-attr]


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file or folder"):
        tracks([tmp_path / "none"], SOURCES)
    with pytest.raises(ConfigError, match="no file here"):
        tracks([tmp_path], SOURCES)
