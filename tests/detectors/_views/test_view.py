import re

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._views.view import View, pieced, replaced

TEXT = st.text(alphabet="ab%4", max_size=30)


def test_a_text_is_itself() -> None:
    assert View("abc").original(1, 2) == (1, 2)


def test_what_is_dropped_belongs_to_no_character() -> None:
    view = replaced(View("a--b--"), re.compile("-+"), lambda found: "")
    assert view.text == "ab"
    assert (view.original(0, 1), view.original(1, 2), view.original(0, 2)) == ((0, 1), (3, 4), (0, 4))


def test_nothing_changed_is_the_same_view() -> None:
    view = View("abc")
    assert replaced(view, re.compile("b"), lambda found: None) is view


@given(TEXT)
def test_copied_characters_lead_to_themselves_through_two_views(original: str) -> None:
    view = View(original)
    for pattern in ("%4", "b"):
        view = replaced(view, re.compile(pattern), lambda found: "+")
    for at, character in enumerate(view.text):
        start, end = view.original(at, at + 1)
        assert start < end
        assert character == "+" or original[start:end] == character


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_pieces_say_one_thing_and_lead_back(texts: list[str]) -> None:
    original, pieces = "", []
    for text in texts:
        pieces.append((len(original), len(original) + len(text), None))
        original += text + "|"
    view = pieced(View(original), pieces)
    assert view.text == "".join(texts)
    assert all(original[slice(*view.original(at, at + 1))] == c for at, c in enumerate(view.text))
