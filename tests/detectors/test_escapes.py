import re

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._escapes import ESCAPED, Unescaped
from sentinel.scan import Scan


def test_escapes_are_read_through_and_offsets_lead_back() -> None:
    original = r"q=alice%40example.com&x=\u0041\nbob"
    view = Unescaped(original)
    assert view.text == "q=alice@example.com&x=A\nbob"
    start = view.text.index("alice")
    assert original[slice(*view.original(start, start + len("alice@example.com")))] == "alice%40example.com"
    start = view.text.index("bob")
    assert original[slice(*view.original(start, start + 3))] == "bob"


def test_a_text_without_escapes_is_itself() -> None:
    assert Unescaped("100% sure \\u12").text == "100% sure \\u12"


@given(st.text(alphabet="a%4\\un0t@z", max_size=40))
def test_every_character_leads_back_to_what_it_was_made_of(original: str) -> None:
    view = Unescaped(original)
    pieces = [original[slice(*view.original(at, at + 1))] for at in range(len(view.text))]
    assert "".join(pieces) == original
    assert bool(Scan([ESCAPED]).hits(original)) == (view.text != original)
    assert all(len(piece) == 1 or re.fullmatch(r"%..|\\u00..|\\[nrt]", piece) for piece in pieces)
