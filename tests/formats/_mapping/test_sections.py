"""What each kind of section may say, through whole mappings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.config import yaml
from sentinel.errors import ConfigError, Unreadable
from sentinel.formats._mapping import MappingFormat, load, mapping_format


def own(kind: str, **mapping: Any) -> MappingFormat:
    return mapping_format(kind, {"time": "t", **mapping}, yaml.Lines("config"), ("mapping",))


def fields(form: MappingFormat, line: bytes) -> list[dict[str, Any]]:
    return [record.fields for record in form.decode(line)]


def test_a_source_maps_logfmt_by_the_keys_of_its_lines() -> None:
    form = own("logfmt", fields={"source.ip": "client.addr", "user.id": ["uid", "user"]}, category="webserver", rest="keep")
    assert (form.name, form.category) == ("logfmt", "webserver")
    assert fields(form, b"t=1795561283 client.addr=203.0.113.7:80 user=u-1 took=3ms") == [
        {"source.ip": "203.0.113.7", "user.id": "u-1", "took": "3ms"}]


def test_a_source_maps_text_by_a_pattern_of_its_own() -> None:
    form = own("regex", pattern=r"(?P<t>\S+) (?P<user>\w+) asked: (?P<what>.*)", fields={"user.id": "user", "gen_ai.prompt": "what"},
               trust={"forgeable": ["gen_ai.prompt"]})
    assert fields(form, b"2026-11-24T23:06:29Z ann asked: who am i?") == [{"user.id": "ann", "gen_ai.prompt": "who am i?"}]
    assert form.forgeable == {"gen_ai.prompt"}


@pytest.mark.parametrize(("kind", "mapping", "wanted"), [
    ("regex", {"pattern": "(?P<t>.*)(?=x)", "fields": {}}, "config:1: mapping.pattern: a repeat that can backtrack"),
    ("regex", {"pattern": "(?P<t>.)", "fields": {"user.id": "u"}}, "mapping: the pattern has no group 'u'"),
    ("regex", {"fields": {}}, "mapping.pattern: no named group; write (?P<name>...)"),
    ("regex", {"pattern": "(?P<t>.)", "rest": "keep"}, "mapping.rest: unknown key 'rest'"),
    ("logfmt", {"pattern": "x"}, "mapping.pattern: unknown key 'pattern'"),
    ("json", {"records": 5}, "mapping.records: must be a text; name the key"),
    ("json", {"fields": {"user.id": "u"}, "category_when": {"cloud": ["user.name"]}}, "mapping.category_when.cloud: 'user.name' is not filled here"),
    ("json", {"category_when": {"clod": []}}, "mapping.category_when.clod: unknown key 'clod'; did you mean 'cloud'?"),
])
def test_mistakes_of_a_sources_own_mapping(kind: str, mapping: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        own(kind, **mapping)
    assert wanted in str(caught.value)


def test_the_first_pattern_that_fits_reads_the_line(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(r"""
about: several
category: webserver
text:
  - {pattern: '(?P<t>\d++) GET (?P<path>\S++)', time: t, fields: {url.path: path}}
  - {pattern: '(?P<t>\d++) (?P<message>.*+)', time: t, fields: {error.message: message}}
examples: [{line: x, fields: {}}]
""")
    form = load(tmp_path / "f.yaml")
    assert fields(form, b"1795561283 GET /a") == [{"url.path": "/a"}]
    assert fields(form, b"1795561283 connection reset") == [{"error.message": "connection reset"}]
    with pytest.raises(Unreadable):
        form.decode(b"nothing")


def test_mistakes_of_a_list_of_patterns_have_their_place(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("about: x\ncategory: llm\ntext:\n  - {pattern: '(?P<t>.)', time: t}\n  - {pattern: x, time: t}\nexamples: [{line: x}]\n")
    with pytest.raises(ConfigError, match=r"f.yaml:5: text.1.pattern: no named group"):
        load(tmp_path / "f.yaml")


LISTED = {"records": "Records", "fields": {"user.id": "u"}}


def test_a_line_may_list_many_records() -> None:
    form = own("json", **LISTED)
    assert fields(form, b'{"Records":[{"t":1795561283,"u":"a"},{"t":1795561283,"u":"b"}]}') == [{"user.id": "a"}, {"user.id": "b"}]
    assert fields(form, b' { "Records" : [] }') == []
    assert fields(form, b'{"t":1795561283,"u":"alone"}') == [{"user.id": "alone"}]
    assert fields(form, b'{"t":1795561283,"Records":7}') == [{}]


def test_a_flaw_in_one_of_many_records_is_its_own() -> None:
    found = fields(own("json", **LISTED), b'{"Records":[{"t":1795561283,"u":"a"},{"u":"b"}]}')
    assert found == [{"user.id": "a"}, {"user.id": "b", "sentinel.line.flaws": ["no-time"]}]
    (repaired,) = fields(own("json", **LISTED), b'{"Records":[{"t":1795561283,"u":"a\xff","x":NaN}]}')
    assert repaired == {"user.id": "a\ufffd", "sentinel.line.flaws": ["invalid-utf8", "lenient-json"]}


def test_fields_tell_the_category() -> None:
    form = own("json", category="webserver", fields={"url.path": "p", "gen_ai.request.model": "m"}, category_when={"llm": ["gen_ai.request.model"]})
    assert [record.category for line in (b'{"t":1795561283,"p":"/"}', b'{"t":1795561283,"m":"x"}') for record in form.decode(line)] == ["", "llm"]


def test_all_may_be_kept_that_is_read_too() -> None:
    form = own("json", fields={"user.id": "who.name"}, rest="all")
    assert fields(form, b'{"t":1795561283,"who":{"name":"a","age":3}}') == [{"user.id": "a", "t": 1795561283, "who.name": "a", "who.age": 3}]


def test_what_fills_no_needed_field_is_no_event() -> None:
    form = own("json", fields={"url.path": "p", "user.id": "u"}, needs=["url.path"])
    assert fields(form, b'{"t":1795561283,"u":"a"}') == []
    assert fields(form, b'{"t":1795561283,"p":"/"}') == [{"url.path": "/"}]


def test_some_keys_are_never_kept() -> None:
    form = own("json", rest="keep", never=["secret"])
    assert fields(form, b'{"t":1795561283,"a":{"secret":1,"b":2},"secret":{"c":3}}') == [{"a.b": 2}]


def test_hashed_escapes_are_undone() -> None:
    form = own("regex", pattern='(?P<t>[^ ]++) "(?P<path>[^"]*+)"', escapes="hash", fields={"url.path": "path"})
    assert fields(form, b'1795561283 "/a#22b"') == [{"url.path": '/a"b'}]
    with pytest.raises(ConfigError, match="must be true, false or hash, not 'hex'"):
        own("regex", pattern="(?P<t>.)", escapes="hex")
