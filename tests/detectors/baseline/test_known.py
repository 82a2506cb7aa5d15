from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors.baseline._known import mark, meet


@given(st.lists(st.text(max_size=3)))
def test_new_is_what_was_not_there(values: list[str]) -> None:
    known, seen = b"", set[str]()
    for value in values:
        known, new = meet(known, value, 1000)
        assert new == (value not in seen)
        seen.add(value)


def test_the_number_is_bounded_and_to_whom_all_is_new_nothing_is() -> None:
    known = b""
    for i in range(200):
        known, new = meet(known, f"m{i}", 50)
        assert new == (i < 50)
    assert len(known) == 200
    assert not meet(known, "m199", 50)[1]


def test_a_long_value_is_kept_short() -> None:
    assert len(mark("x" * 5_000_000)) == 4 == len(mark("\ud800"))
