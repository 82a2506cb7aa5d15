from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.author.documents import documents

VALUES = st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
                      | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8)
RECORDS = st.lists(st.dictionaries(st.text(max_size=5), VALUES, min_size=1, max_size=3), min_size=1, max_size=4)


def lines(text: str) -> list[bytes]:
    return text.encode().splitlines(keepends=True)


def read(text: str) -> list[tuple[int, object]]:
    return [(number, json.loads(data)) for number, data in documents(lines(text)) if data.strip()]


@given(RECORDS, st.sampled_from([None, 1, 2, "\t"]))
def test_documents_however_they_are_printed(records: list[dict[str, object]], indent: int | str | None) -> None:
    one_after_another = "\n".join(json.dumps(record, indent=indent) for record in records) + "\n"
    assert [record for _, record in read(one_after_another)] == records
    if indent is not None:
        found = read(json.dumps(records, indent=indent))
        assert [record for _, record in found] == records
        assert [number for number, _ in found] == [2 + sum(len(json.dumps(r, indent=indent).splitlines()) for r in records[:n])
                                                   for n in range(len(records))]


def test_one_is_named_by_its_first_line() -> None:
    assert read('{"a": 1}\n{\n  "b": {\n    "c": []\n  }\n}\n{"d": 2}\n') == [(1, {"a": 1}), (2, {"b": {"c": []}}), (7, {"d": 2})]


@pytest.mark.parametrize("text", [
    '{\n  "a": 1,\n{"b": 2}\n', '{\n{\n{\n', 'x\n\n{"a": 1}\n', '  {\n "a":\n}\n{"b": 1}\n',
])
def test_what_is_no_document_comes_as_its_lines(text: str) -> None:
    assert [(number, data) for number, data in documents(lines(text))] == list(enumerate(lines(text), 1))


def test_a_lone_brace_hides_nothing() -> None:
    """Who writes a log can write a line that begins a document, and another that ends it."""
    assert list(documents(lines('{\n{"a": 1}\n{"b": 2}\n}\n')))[1:3] == [(2, b'{"a": 1}\n'), (3, b'{"b": 2}\n')]
