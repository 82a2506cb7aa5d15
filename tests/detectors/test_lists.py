from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._lists import LEAST, SURER, listed, raised
from sentinel.records.finding import Finding


def of(text: str) -> list[Finding]:
    return [Finding("N", "f", m.start(), m.end(), 0.6) for m in re.finditer(r"\b\d{3}\b", text)]


@pytest.mark.parametrize("text", ["111, 222, 333, 444", "111\n222\n333\n444", "- 111\n- 222\n- 333\n- 444", '["111", "222", "333", "444"]',
                                  "a,111,x\nb,222,y\nc,333,z\nd,444,w", "| Ann | 111 |\n| Bo | 222 |\n| Cy | 333 |\n| Di | 444 |"])
def test_each_of_a_list_or_column_is_surer(text: str) -> None:
    assert [f.score for f in raised(of(text), {"f": text})] == [round(0.6 + SURER, 2)] * 4
    assert [listed(f, of(text), text) for f in of(text)] == [4] * 4


@pytest.mark.parametrize("text", ["111, 222, 333", "111 then 222 and 333 or 444", "a,111\nb,c,222\nd,333\ne,f,444", "111\n\nx\n222\n\ny\n333\n\nz\n444"])
def test_values_here_and_there_are_no_list(text: str) -> None:
    assert raised(of(text), {"f": text}) == of(text)
    assert {listed(f, of(text), text) for f in of(text)} == {0}


@given(st.text("1 ,\n|a", max_size=200))
def test_nothing_is_lost_and_nothing_above_sure(text: str) -> None:
    found = of(text.replace("1", "111"))
    kept = raised(found, {"f": text.replace("1", "111")})
    assert [(f.start, f.end) for f in kept] == [(f.start, f.end) for f in found] and all(f.score <= 0.99 for f in kept)
    assert LEAST > 1
