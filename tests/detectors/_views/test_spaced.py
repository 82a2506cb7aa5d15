import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._views import spaced
from sentinel.detectors._views.fragment import Limit


@pytest.mark.parametrize(("text", "said"), [
    ("call j o h n @ e x a m p l e . c o m", "john@example.com"), ("4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", "4111-1111-1111-1111"),
    ("4111_1111_1111_1111", "4111-1111-1111-1111"), ("536*22*1949", "536-22-1949"), ("5 3 6 - 2 2 - 1 9 4 9", "536-22-1949"),
    ("41-11-11-11-11-11-11-11", "4111111111111111")])
def test_what_is_held_apart_is_put_together(text: str, said: str) -> None:
    assert said in [fragment.said for fragment in spaced.fragments(text, Limit())]


@given(st.text("123456789", min_size=8, max_size=19), st.sampled_from(" -._*|"))
def test_digits_lead_back(number: str, between: str) -> None:
    written = between.join(number)
    assert (4, 4 + len(written), number) in [f[:3] for f in spaced.fragments(f"no: {written} end", Limit())]


@pytest.mark.parametrize("text", ["a table | 1 | 2 |", "2026-11-24 10:15", "----------", "[0, 1, 2, 3, 4, 5, 6, 7]", "x y z"])
def test_other_things_are_not(text: str) -> None:
    assert [f for f in spaced.fragments(text, Limit()) if f.sure] == []
