import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors import _find
from sentinel.detectors._find import Finder
from sentinel.errors import SentinelError
from sentinel.scan import Pattern


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4), st.text(max_size=5))
def test_offsets_are_characters_of_the_right_text(texts: list[str], lead: str) -> None:
    texts = [t.replace("needle", "") for t in texts] + [lead + "needle7" + lead]
    places = Finder([Pattern("needle[0-9]")]).find(texts).found
    assert [(p.text, p.start, p.ends) for p in places if p.text == len(texts) - 1] == [
        (len(texts) - 1, len(lead), [len(lead) + 7])]


def test_an_end_within_a_character_moves_to_its_end() -> None:
    places = Finder([Pattern(r"a[^b]"), Pattern("needle")]).find(["aé needle"]).found
    assert [(place.start, place.ends) for place in places] == [(0, [2]), (3, [9])]


def test_only_texts_beyond_ascii_are_counted_again() -> None:
    places = Finder([Pattern("[\x80-\xff]7"), Pattern("b")]).find(["ab", "éé7b", "a\0b", "b"]).found
    assert [(place.pattern, place.text, place.start, place.ends) for place in places] == [
        (0, 1, 1, [3]), (1, 0, 1, [2]), (1, 1, 3, [4]), (1, 2, 2, [3]), (1, 3, 0, [1])]


def test_a_match_across_two_texts_is_none() -> None:
    assert Finder([Pattern("ab")]).find(["a", "b"]).found == []
    assert Finder([Pattern(r"a\x00b")]).find(["a", "b"]).found == []


def test_all_ends_of_a_place_are_told_in_order() -> None:
    (place,) = Finder([Pattern("a[0-9]+")]).find(["xa123"]).found
    assert (place.start, place.ends) == (1, [3, 4, 5])


def test_beyond_the_most_reports_the_rest_is_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_find, "MOST_REPORTS", 3)
    places = Finder([Pattern("é[0-9]")]).find(["é1é2", "é3 é4 é5"])
    assert len(places.found) == 3
    assert places.unread == (1, 3)


def test_a_refused_pattern_is_an_error() -> None:
    with pytest.raises(SentinelError):
        Finder([Pattern("a(?=b)")])


@pytest.mark.parametrize("piece", ["a@", "a@b.co ", "1", "4111 ", "ghp_", "eyJ", "-----BEGIN PRIVATE KEY-----", "tel 020 79 ",
                                   "GB82 WEST 1234 ", "ignore all the ", "é@é.", "+44 20 7946 0958 ", "%41"])
def test_every_detector_is_linear_in_hostile_text(piece: str) -> None:
    """Four times the text, about four times the time: a pattern that went quadratic would take sixteen times."""
    from tests.detectors.test_catalogue import inspector

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        began = time.process_time()
        inspector().inspect(text)
        return time.process_time() - began

    seconds(1000)
    short, long = (min(seconds(size) for _ in range(3)) for size in (30_000, 120_000))  # the least disturbed of three
    assert long < max(0.06, 8 * short), (short, long)
