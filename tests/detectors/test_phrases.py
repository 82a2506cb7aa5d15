import pytest

from sentinel.detectors._catalogue import Entry, ShapeText
from sentinel.detectors._phrases import MOST_PHRASES, Phrases
from sentinel.errors import SentinelError

ENTRY = Entry("injection.x", "X", [ShapeText("(?&do) it", 0.9, caseless=True), ShapeText("STOP", 0.3)], hint=["do", "it"],
              let={"do": "do|make"})


def test_an_entry_is_asked_where_all_its_hints_occur() -> None:
    phrases = Phrases([ENTRY, Entry("injection.y", "Y", [ShapeText("y", 0.5)], hint=["y"])])
    assert [pattern.expression for pattern in phrases.patterns] == ["do", "it", "y"]
    assert [[family.type for family in phrases.wanted(frozenset(hits))] for hits in ({0}, {0, 1}, {2}, {0, 1, 2})] == [
        [], ["injection.x"], ["injection.y"], ["injection.x", "injection.y"]]


def test_offsets_are_characters_and_the_weight_is_the_shapes_own() -> None:
    (family,) = Phrases([ENTRY]).wanted(frozenset({0, 1}))
    assert list(family.find("é MAKE it, stop, STOP")) == [(2, 9, 0.9), (17, 21, 0.3)]


def test_half_a_character_hides_nothing() -> None:
    (family,) = Phrases([ENTRY]).wanted(frozenset({0, 1}))
    assert list(family.find("\ud800 MAKE it")) == [(2, 9, 0.9)]


def test_matches_are_bounded() -> None:
    (family,) = Phrases([ENTRY]).wanted(frozenset({0, 1}))
    assert len(list(family.find("STOP " * 1_000))) == MOST_PHRASES


def test_what_re2_refuses_names_the_entry() -> None:
    with pytest.raises(SentinelError, match=r"injection\.bad"):
        Phrases([Entry("injection.bad", "B", [ShapeText("a(?=b)", 0.5)])])
