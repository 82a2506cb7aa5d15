"""Every entry of every catalogue proves itself by its own examples, and an entry without examples fails."""

from __future__ import annotations

import random
import time
from functools import cache
from pathlib import Path

import pytest

import sentinel.detectors as package
from sentinel.detectors import Texts
from sentinel.detectors._catalogue import UNREAD, Entry, load
from sentinel.errors import ConfigError
from tests.detectors.generate import fill

FOLDERS = ("pii", "secrets", "injection")
ENTRIES = [entry for folder in FOLDERS for entry in load(Path(package.__file__).parent / folder)]
DRAWS = 5


@cache
def inspector() -> Texts:
    return Texts()


def unmark(text: str) -> tuple[str, set[tuple[int, int]]]:
    """The text without «marks», and the spans that they marked."""
    spans, plain = set(), ""
    for index, part in enumerate(text.replace("»", "«").split("«")):
        if index % 2:
            spans.add((len(plain), len(plain) + len(part)))
        plain += part
    return plain, spans


def spans(entry: Entry, text: str) -> set[tuple[int, int]]:
    """What is found of the entry's type, as the shared scan and the finder together see it."""
    return {(f.start, f.end) for f in inspector().everything(text) if f.type == entry.type}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.type)
def test_entry_has_examples(entry: Entry) -> None:
    assert entry.examples.match, "no example that must match"
    assert entry.examples.none, "no example that must not match"
    assert entry.title and (entry.shapes or entry.labels)
    assert all("«" in text for text in entry.examples.match), "an example marks nothing"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.type)
def test_what_must_match_matches_exactly(entry: Entry) -> None:
    for template in entry.examples.match:
        for seed in range(DRAWS if "<" in template else 1):
            text, marked = unmark(fill(template, random.Random(f"{template}{seed}")))
            assert spans(entry, text) == marked, text


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.type)
def test_what_must_not_match_does_not(entry: Entry) -> None:
    for template in entry.examples.none:
        for seed in range(DRAWS if "<" in template else 1):
            text = fill(template, random.Random(f"{template}{seed}"))
            assert not spans(entry, text), text


def test_types_are_unique() -> None:
    types = [entry.type for entry in ENTRIES]
    assert len(set(types)) == len(types)


def test_a_broken_entry_names_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("type: X\ntitle: x\nshapes:\n  - pattern: x\n    score: 1\n    check: [nonsense]\n")
    (tmp_path / "b.yaml").write_text("type: X\ntitle: x\nshape: []\n")
    (tmp_path / "c.yaml").write_text(
        "type: X\ntitle: x\nlabels:\n  - {names: [x], value: x, score: 1, column: [words]}\n"
        "  - {names: [y], value: y, score: 1, confirm: sure}\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert "a.yaml:6: shapes.0.check: no check is named 'nonsense'" in str(caught.value)
    assert "b.yaml" in str(caught.value) and "shape" in str(caught.value)
    assert "c.yaml:4: labels.0.column: no check is named 'words'" in str(caught.value)
    assert "c.yaml:5: labels.1.confirm: no check is named 'sure'" in str(caught.value)


@pytest.mark.parametrize("head", ["eyJhbGciOi.eyJ", "xoxb-", "sk-ant-api03-", "-----BEGIN PRIVATE KEY-----"])
def test_a_chain_of_heads_takes_linear_time(head: str) -> None:
    """Each head read the chain to its end: 560 kB of JSON Web Tokens' beginnings took 15 seconds."""
    began = time.process_time()
    inspector().everything(head * 15_000)
    assert time.process_time() - began < 2.0


def test_a_value_behind_more_disguises_than_are_undone_is_hidden_and_others_there_are_found() -> None:
    written = "a l i c e @ e x a m p l e . c o m"
    text = "x_y_z_a_b_c_d " * 6_000 + f"mail: {written} or bob@example.com"
    found = inspector().everything(text)
    assert any(f.type == UNREAD and f.start <= text.index(written) and f.end == len(text) for f in found)
    assert [text[f.start:f.end] for f in found if f.type == "EMAIL"] == ["bob@example.com"]
