import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._views.escapes import SIGN, undone
from sentinel.detectors._views.view import View
from sentinel.scan import Scan

ESCAPE: list[Callable[[str], str]] = [
    lambda c: "".join(f"%{b:02X}" for b in c.encode()), lambda c: f"&#{ord(c)};", lambda c: f"&#x{ord(c):x};", lambda c: f"\\u{{{ord(c):x}}}",
    lambda c: f"\\u{ord(c):04x}" if ord(c) < 0x10000 else "".join(f"\\u{c.encode('utf-16-be')[i:i + 2].hex()}" for i in (0, 2))]
LETTER = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="%\\&")


def test_offsets_lead_back_to_the_escaped_letters() -> None:
    original = r"q=alice%40example.com&x=\u0041\nbob"
    view = undone(View(original))
    assert view.text == "q=alice@example.com&x=A\nbob"
    for value, stands in (("alice@example.com", "alice%40example.com"), ("A", r"\u0041"), ("bob", "bob")):
        start = view.text.index(value)
        assert original[slice(*view.original(start, start + len(value)))] == stands


@given(st.lists(st.tuples(LETTER, st.sampled_from(ESCAPE)), min_size=1, max_size=12))
def test_every_escape_is_one_character_and_leads_back(letters: list[tuple[str, Callable[[str], str]]]) -> None:
    said = "".join(c for c, _ in letters)
    written = [escape(c) for c, escape in letters]
    original = "<" + "".join(written) + ">"
    view = undone(View(original))
    assert view.text == f"<{said}>"
    assert [original[slice(*view.original(at + 1, at + 2))] for at in range(len(said))] == written
    assert Scan([SIGN]).hits(original)


@given(st.text(alphabet="ab@.1", min_size=1, max_size=10), st.integers(1, 3))
def test_escapes_of_escapes_are_undone_in_turns(said: str, turns: int) -> None:
    written = "".join(f"%{ord(c):02x}" for c in said)
    for _ in range(turns - 1):
        written = quote(written, safe="")
    view = undone(View(written))
    assert (view.text, view.original(0, len(said))) == (said, (0, len(written)))


@pytest.mark.parametrize("text", ["100% sure", "50%50", "a & b; c", r"C:\dir", "&nosuchname;", "%C3%28"])
def test_what_is_no_escape_stays(text: str) -> None:
    assert undone(View(text)).text == text or re.search("%..", text)


def test_five_megabytes_of_entities_take_seconds_at_most() -> None:
    view = undone(View("&#64;" * 200_000))
    assert view.text == "@" * 200_000


@pytest.mark.parametrize("deep", [1, 2, 4, 8])
def test_json_within_json_doubles_the_backslash(deep: int) -> None:
    slash = "\\" * deep
    original = f"ann{slash}u0040example.com{slash}n{slash}ud83d{slash}ude00{slash}x41"
    view = undone(View(original))
    assert view.text == "ann@example.com\n😀A"
    assert original[slice(*view.original(3, 4))] == f"{slash}u0040"
