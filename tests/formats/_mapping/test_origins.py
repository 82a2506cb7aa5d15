from __future__ import annotations

from sentinel import formats
from sentinel.formats._mapping.origins import written
from sentinel.formats._mapping.struct import path

FORMATS = formats.load()


def test_paths_are_written_as_they_are_read() -> None:
    for text in ("a", "a.b", "choices[0].text", 'attributes["http.method"].x', "a[-1]"):
        assert written(path(text)) == text


def test_every_field_of_a_mapping_says_where_it_comes_from() -> None:
    found = FORMATS["nginx"].origins()
    assert found.keys() - {"@timestamp"} == FORMATS["nginx"].fields
    assert "remote_addr" in found["source.ip"] and "request_line(request)" in found["url.path"] and found["@timestamp"]


def test_a_format_in_python_does_not_say() -> None:
    assert FORMATS["vllm"].origins() == {}
