"""Plain scalars and how they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.config import yaml
from sentinel.config.written import Word, plain, text_of


def value_of(folder: Path, text: str, key: str = "kept") -> Any:
    (folder / "f.yml").write_text(f"{key}: {{x: {text}}}\n")
    [(document, _)], _ = yaml.salvaged(folder / "f.yml", as_written=("kept",))
    return document[key]["x"]


@pytest.mark.parametrize("text", [
    "10:30", "12:30:45", "0755", "-07", "1_000", "0b11", "yes", "No", "off", "ON", "2024-01-02", "2024-01-02 10:00:00", "=", "1e3"])
def test_what_yaml_1_2_reads_as_text(text: str, tmp_path: Path) -> None:
    assert value_of(tmp_path, text) == text


@pytest.mark.parametrize(("text", "number"), [("1.10", 1.1), ("0x17", 23), ("+1", 1), ("1.5e+3", 1500.0), ("-0", 0)])
def test_a_number_remembers_how_it_is_written(text: str, number: float, tmp_path: Path) -> None:
    value = value_of(tmp_path, text)
    assert value == number and text_of(value) == text
    assert plain(value) == number and type(plain(value)) is type(number)


@pytest.mark.parametrize(("text", "value"), [("5", 5), ("-5", -5), ("1.5", 1.5), ("true", True), ("False", False), ("~", None), ("null", None)])
def test_what_is_written_plainly_is_plain(text: str, value: Any, tmp_path: Path) -> None:
    read = value_of(tmp_path, text)
    assert read == value and type(read) is type(value) and text_of(read) is None


def test_words_know_what_they_mean(tmp_path: Path) -> None:
    assert [value_of(tmp_path, text).true for text in ("yes", "On", "no", "OFF")] == [True, True, False, False]
    assert isinstance(value_of(tmp_path, "yes"), Word) and value_of(tmp_path, "'yes'").__class__ is str


def test_elsewhere_yaml_is_read_as_ever(tmp_path: Path) -> None:
    assert [value_of(tmp_path, text, "other") for text in ("10:30", "yes", "0755")] == [630, True, 493]


def test_keys_are_texts(tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_text("kept: {on: 1, 4688: 2, 1.10: 3}\n")
    [(document, _)], _ = yaml.salvaged(tmp_path / "f.yml", as_written=("kept",))
    assert list(document["kept"]) == ["on", "4688", "1.10"]
