"""Which reader a line goes to, and what may stand before a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.config import yaml
from sentinel.errors import ConfigError, Unreadable
from sentinel.formats._mapping import MappingFormat, load, mapping_format
from sentinel.formats._mapping.fields import FLAWS

BOTH = """\
about: both kinds
category: webserver
json: {time: t, fields: {url.path: p}}
text: {pattern: '(?P<at>[^ ]++) GET (?P<path>[^ ]++)', time: at, fields: {url.path: path}}
examples: [{line: '1 GET /x', fields: {url.path: /x}}]
"""


@pytest.fixture
def both(tmp_path: Path) -> MappingFormat:
    (tmp_path / "both.yaml").write_text(BOTH)
    return load(tmp_path / "both.yaml")


def fields(format: MappingFormat, line: bytes) -> dict[str, Any]:
    (record,) = format.decode(line)
    return record.fields


def test_a_lines_first_byte_tells_which_kind_it_is(both: MappingFormat) -> None:
    assert fields(both, b'{"t":1795561283,"p":"/a"}') == fields(both, b"1795561283 GET /a") == {"url.path": "/a"}
    with pytest.raises(Unreadable):
        both.decode(b'{"p":')
    with pytest.raises(Unreadable):
        both.decode(b"1795561283 POST /a")


@pytest.mark.parametrize(("before", "flaws"), [
    (b"\xef\xbb\xbf", None), (b" \t", None), (b"\0\0", ["nul-head"]), (b"\0\xef\xbb\xbf ", ["nul-head"])])
@pytest.mark.parametrize("record", [b'{"t":1795561283,"p":"/a"}', b"1795561283 GET /a"])
def test_what_stands_before_a_record_is_no_part_of_it(both: MappingFormat, before: bytes, flaws: list[str] | None, record: bytes) -> None:
    assert fields(both, before + record) == {"url.path": "/a"} | ({FLAWS: flaws} if flaws else {})


@pytest.mark.parametrize("line", [b"\xef\xbb\xbf" * 2 + b"{}", b"\xef\xbb\xbf\0{}", b" \xefx"])
def test_it_is_looked_past_once_and_never_again(both: MappingFormat, line: bytes) -> None:
    with pytest.raises(Unreadable, match="bytes of no meaning"):
        both.decode(line)


def test_a_reading_holds_only_beside_others() -> None:
    format = mapping_format("json", {"time": "t", "fields": {
        "gen_ai.response.model": {"from": "model", "if": "object"}, "gen_ai.request.model": ["asked", {"from": "model", "unless": "object"}]}},
        yaml.Lines("config"))
    assert fields(format, b'{"t":1795561283,"model":"m","object":"x"}') == {"gen_ai.response.model": "m"}
    assert fields(format, b'{"t":1795561283,"model":"m","object":null}') == {"gen_ai.request.model": "m"}
    assert fields(format, b'{"t":1795561283,"model":"m","object":"x","asked":"a"}') == {"gen_ai.response.model": "m", "gen_ai.request.model": "a"}
    assert fields(format, b'{"t":1795561283,"object":"x"}') == {}


def mistakes(mapping: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as caught:
        mapping_format("json", mapping, yaml.Lines("config"), ("sources", 0, "mapping"))
    return str(caught.value)


def test_a_sources_own_mapping_is_about_language_models_unless_it_says_so() -> None:
    mapping = {"time": "t", "fields": {"user.id": "u"}, "trust": {"forgeable": ["user.id"]}}
    found = mapping_format("json", mapping, yaml.Lines("config"))
    assert (found.category, found.fields, found.forgeable) == ("llm", {"user.id"}, {"user.id"})
    assert mapping_format("json", mapping | {"category": "webserver"}, yaml.Lines("config")).category == "webserver"
    assert "sources.0.mapping.category: no such category: 'web'" in mistakes(mapping | {"category": "web"})


@pytest.mark.parametrize(("changed", "wanted"), [
    ({"trust": {"forgeable": ["user.name"]}}, "mapping.trust.forgeable: 'user.name' is not filled here; did you mean 'user.id'?"),
    ({"rest": "some"}, "mapping.rest: must be keep, all or drop, not 'some'"),
    ({"text": {}}, "mapping.text: unknown key 'text'"),
])
def test_its_mistakes_are_named_by_their_place_in_the_config(changed: dict[str, Any], wanted: str) -> None:
    assert wanted in mistakes({"time": "t", "fields": {"user.id": "u"}} | changed)


def test_a_group_that_the_pattern_does_not_have(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(BOTH.replace("url.path: path", "url.path: pth"))
    with pytest.raises(ConfigError, match="the pattern has no group 'pth'; did you mean 'path'"):
        load(tmp_path / "f.yaml")
