from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.corpus import canary
from sentinel.corpus.canary import Canaries
from sentinel.corpus.fingerprint import words
from sentinel.errors import SentinelError

KEY = b"k" * 32


def test_drawn_ones_differ_and_are_not_misread() -> None:
    drawn = {canary.drawn() for _ in range(100)}
    assert len(drawn) == 100 and all(len(one) == 29 and not set(one) & set("ilo01") for one in drawn)


@given(st.lists(st.sampled_from(["", " ", "-", "\n", "**", "_", " | ", "\u200b", "”"]), min_size=24, max_size=24), st.booleans(),
       st.text(max_size=30), st.text(max_size=30))
def test_it_is_found_however_it_is_split(between: list[str], upper: bool, before: str, after: str) -> None:
    text = "7kq2mx9fmw4tz8cabdefghjkn"
    found = Canaries([canary.canary("a", text, KEY), canary.canary("b", "another canary, not there", KEY)], KEY)
    split = "".join(letter + mark for letter, mark in zip(text, [*between, ""], strict=True))
    assert found.found(words(f"{before} {split.upper() if upper else split} {after}")) == ["a"]


def test_a_part_or_another_is_not_found() -> None:
    text = canary.drawn()
    found = Canaries([canary.canary("a", text, KEY)], KEY)
    for other in (text[:-1], text[1:], text[:12] + "z" + text[13:], canary.drawn(), text[8:20], ""):
        assert found.found(words(f"so: {other} and")) == ([] if other != text else ["a"])
    assert found.found(words(text[8:20] + text)) == ["a"], "the anchor stands twice"


def test_only_a_hash_and_six_letters_are_kept() -> None:
    one = canary.canary("a", "the quick onyx goblin jumps", KEY, note="n")
    assert one.anchor in "thequickonyxgoblinjumps" and len(one.anchor) == 6 and one.length == 23
    assert "goblinjumps" not in repr(one)
    assert canary.canary("a", "the quick onyx goblin jumps", b"other").hash != one.hash


def test_other_scripts(tmp_path: Path) -> None:
    assert Canaries([canary.canary("a", "金丝雀在矿井里唱了十二首歌", KEY)], KEY).found(words("他说:金丝雀 在矿井里 **唱了**十二首歌。")) == ["a"]


def test_one_too_short_is_refused() -> None:
    with pytest.raises(SentinelError, match="12 letters and digits or more, this one has 10"):
        canary.canary("a", "too-short-99", KEY)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    assert canary.read(tmp_path) == []
    (tmp_path / canary.FILE).write_text("[{")
    with pytest.raises(SentinelError, match="it is damaged"):
        canary.read(tmp_path)
