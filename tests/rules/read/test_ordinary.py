"""What is ordinary, pySigma finds nothing wrong with."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

from sentinel.rules.read.ordinary import ordinary

UUID = "6b13f121-07b7-4ed5-a9d2-ccc419442d53"
PLAIN: dict[str, Any] = {
    "title": "T", "id": UUID, "name": "n", "status": "test", "level": "high", "author": "A", "description": "d", "license": "MIT",
    "tags": ["attack.t1110"], "date": "2024-02-28", "modified": date(2024, 2, 29), "references": ["https://example.com"],
    "fields": ["a"], "falsepositives": ["none"], "scope": ["s"], "taxonomy": "sigma", "related": [{"id": UUID, "type": "similar"}],
    "logsource": {"category": "llm", "definition": "d", "more": 1}}
_KEYS = sorted({*PLAIN})
values = st.one_of(
    st.sampled_from([None, "", "x", "a.b", [], {}, ["x"], ["a.b", 3], 1, True, "LOW", "low", "Test", "stable", "2024-02-30", "2024/1/1", "x" * 257,
                     date(2024, 1, 1), [{"id": "x"}], [{"id": UUID, "type": "other"}], [{"id": UUID, "type": "derived"}], [{"id": 1, "type": "derived"}],
                     {"category": ""}, {"category": "a"}, {"category": 1}, {"product": "x", "definition": 3}, {"service": 0, "product": "x"}]),
    st.text(max_size=3))


def silent(document: dict[str, Any]) -> bool:
    try:
        return not SigmaRule.from_dict({**document, "detection": {"s": {"f": "v"}, "condition": "s"}}, collect_errors=True).errors
    except (SigmaError, TypeError, AttributeError, KeyError, ValueError):
        return False


def test_most_rules_are() -> None:
    assert ordinary(PLAIN) and silent(PLAIN)
    assert ordinary({"title": "T", "logsource": {"product": "windows"}})


@pytest.mark.parametrize("key", ["title", "logsource"])
def test_what_every_rule_has(key: str) -> None:
    assert not ordinary({**PLAIN, key: None}) and not ordinary({name: value for name, value in PLAIN.items() if name != key})


@settings(max_examples=10 * settings().max_examples)
@given(st.dictionaries(st.sampled_from([key for key in _KEYS if key != "id"]), values, min_size=1, max_size=3))
def test_never_hides_a_mistake(changes: dict[str, Any]) -> None:
    document = {**PLAIN, **changes}
    assert silent(document) or not ordinary(document)
