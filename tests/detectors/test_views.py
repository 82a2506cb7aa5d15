"""Disguises on top of each other: what is undone says the value, and leads back to all of what stands for it."""

import base64
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._views import SIGNS, Views
from sentinel.scan import Scan

VIEWS = Views()
WAYS: list[Callable[[str], str]] = [
    lambda s: quote(s, safe=""), lambda s: "".join(f"&#{ord(c)};" for c in s), lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    lambda s: base64.b64encode(s.encode()).decode(), lambda s: s.encode().hex()]
VALUES = ["alice.smith@example.com", "+44 20 7946 0958", "4111-1111-1111-1111"]


def said(text: str) -> list[tuple[str, str]]:
    """What each reading alone says, and what stands for it."""
    return [(reading.view.text[reading.start:reading.end], text[slice(*reading.view.original(reading.start, reading.end))])
            for reading in VIEWS.read(text)]


@given(st.sampled_from(VALUES), st.lists(st.sampled_from(WAYS), min_size=1, max_size=3))
def test_disguises_on_top_of_each_other(value: str, ways: list[Callable[[str], str]]) -> None:
    written = value
    for way in ways:
        written = way(written)
    text = f'"{written}"'
    assert any(value in one and stands.strip('"') == written for one, stands in said(text))
    assert written == value or Scan(SIGNS).hits(text)


def test_a_clean_text_has_one_reading() -> None:
    text = "Nothing hides here: 100% sure, 2026-11-24 10:15:30, v1.2.3, a@b.example."
    reading, = VIEWS.read(text)
    assert (reading.view.text, reading.changed) == (text, False)
    assert not Scan(SIGNS).hits(text)


def test_what_needs_a_word_nearby() -> None:
    unsure = [reading for reading in VIEWS.read("5 3 6 2 2 1 9 4 9") if not reading.sure]
    assert unsure and not any(reading.tells(reading.start, reading.end, raised=False) for reading in unsure)
    assert all(reading.tells(reading.start, reading.end, raised=True) for reading in unsure)


@pytest.mark.parametrize("text", [
    "&#64;" * 100_000, "%25" * 150_000, "a at b dot " * 40_000, "4 " * 200_000, '{"delta":"a"}\n' * 30_000, '"a" + ' * 80_000, "\u200b1" * 200_000,
    "TWFy" * 100_000 + " ", "one two " * 50_000, "[" * 300_000, '"area":"1",' * 40_000, "1-" * 200_000, " @ ." * 100_000, "moc." * 100_000])
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    begin = time.process_time()
    VIEWS.read(text)
    assert time.process_time() - begin < 3


def test_bombs_are_not_opened_to_the_bottom() -> None:
    bomb = "alice@example.com"
    for _ in range(12):
        bomb = base64.b64encode(bomb.encode()).decode()
    assert len(VIEWS.read(bomb)) < 20


def test_what_is_not_opened_may_say_more() -> None:
    deep, often = "alice@example.com", quote("alice@example.com", safe="")
    for _ in range(12):
        deep, often = base64.b64encode(deep.encode()).decode(), often.replace("%", "%25" * 2)
    for _ in range(24):
        often = often.replace("%", "%25")
    assert VIEWS.look(f"to {deep}")[1] == 3 and VIEWS.look(f"to {often}")[1] == 0
    assert VIEWS.look("to " + base64.b64encode(b"alice@example.com").decode())[1] is None


@pytest.mark.parametrize("decoy", [
    "a_b_c_d_e_f_g ", "1_2_3_4_5_6_7_8 x ", "123*123*1234 ", "1_22_3_4 x ", "is at home ", "a@b.c d ", "one two three four five six seven x ",
    '{"part1":"1","part2":"2"} ', '["123", "4567"] ', "moc.elpmaxe@n ", "n@rknzcyr.pbz ", '{"delta":"a "} ', '"a" + ',
    base64.b64encode(b"hello there all").decode() + " ", b"hello there all".hex() + " x "])
def test_decoys_hide_nothing(decoy: str) -> None:
    """Of more runs than are read the rest is named, so that it is not stored as it is."""
    signs = ' "a" + "b" {"delta":"a"} one two, reversed moc.e a_b_c_d_e_f ann at b dot com ' + base64.b64encode(b"hello there all").decode()
    few, many = decoy * 50 + signs, decoy * 22_000 + signs
    assert VIEWS.look(few)[1] is None
    begin = VIEWS.look(many)[1]
    assert begin is not None and 16_384 < begin < len(many) - len(signs)
