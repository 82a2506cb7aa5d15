"""Every format: its examples, and its sample logs with the events they become. A format without them fails."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import iso
from sentinel.config.model import SourceConfig
from sentinel.errors import ConfigError
from sentinel.formats import Format, MappingFormat, load, of_source
from sentinel.formats._mapping.read import COLLECTORS
from sentinel.formats._mapping.time import LocalTimes
from sentinel.formats._mapping.values import CONVERTERS
from tests import make
from tests.formats.reading import read

# LocalTimes without a year are read by a clock that stands still.
FORMATS = {name: form.localized(LocalTimes(clock=make.Clock())) for name, form in load().items()}
SAMPLES = Path(__file__).parent / "samples"
LOGS = sorted(SAMPLES.glob("*/*.log"))


def seen(format: Format, line: bytes) -> Any:
    """What one line alone becomes; None when that is nothing."""
    found = read(format, line)
    return {name: value for name, value in found[0].items() if name != "line"} if found else None


def wanted(example: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of an example: `at` and `fields`, or a list of `events` with these (and `category`)."""
    return [({"@timestamp": event["at"]} if "at" in event else {})
            | ({"event.category": event["category"]} if "category" in event else {}) | event["fields"]
            for event in example.get("events", [example])]


@pytest.mark.parametrize("name", FORMATS)
def test_examples_of_the_format(name: str) -> None:
    format = FORMATS[name]
    assert format.examples, f"{name} shows no example"
    for example in format.examples:
        log = "\n".join(example["lines"]) if "lines" in example else example["line"]
        found = [{key: value for key, value in event.items() if key != "line"} for event in read(format, log.encode())]
        assert found == wanted(example)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_a_sample_log(name: str) -> None:
    assert list((SAMPLES / name).glob("*.log")), f"put real lines into tests/formats/samples/{name}/"


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.parent.name}/{log.name}")
def test_sample_log_becomes_its_events(log: Path) -> None:
    format = FORMATS[log.parent.name]
    expected = [msgspec.json.decode(line) for line in log.with_suffix(".events.jsonl").read_bytes().splitlines()]
    found = read(format, log.read_bytes())
    for got, event in zip(found, expected, strict=False):
        assert got == event, f"{log.name}:{got['line']}"
    assert len(found) == len(expected)


@pytest.mark.parametrize("name", FORMATS)
def test_each_field_it_can_fill_is_declared(name: str) -> None:
    format = FORMATS[name]
    filled = {field for log in LOGS if log.parent.name == name for event in read(format, log.read_bytes())
              for field in event} - {"line", "@timestamp", "event.category", "sentinel.line.flaws", "unreadable"}
    assert format.keeps_rest or filled <= format.fields
    assert format.forgeable <= format.fields


def test_a_users_format_stands_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("about: x\ncategory: llm\njson: {time: t, fields: {user.id: u}}\nexamples: [{line: '{}', fields: {}}]\n")
    assert set(load([tmp_path])) == {*FORMATS, "mine"}


def test_all_files_mistakes_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("category: llm\n")
    (tmp_path / "nginx.yaml").write_text("category: llm\n")
    (tmp_path / "two.yaml").write_text("a: [\n")
    with pytest.raises(ConfigError) as caught:
        load([tmp_path, tmp_path / "none"])
    text = str(caught.value)
    assert "one.yaml:1: neither `json` nor `text`" in text
    assert "nginx.yaml: a format of this name is there already" in text
    assert "two.yaml:" in text
    assert "none: no such folder" in text


def source(**given: Any) -> SourceConfig:
    return SourceConfig.model_validate({"name": "s", "paths": ["/x"], "format": "json", **given})


def test_the_format_of_a_source() -> None:
    assert of_source(source(format="nginx"), FORMATS).name == "nginx"
    assert of_source(source(), FORMATS).name == "json"
    own = of_source(source(mapping={"category": "webserver", "time": "t", "fields": {"url.path": "p"}}), FORMATS)
    assert (own.category, own.fields) == ("webserver", {"url.path"})


def test_the_times_of_a_source_are_in_its_zone() -> None:
    line = b'{"time_local":"24/Nov/2026:23:06:29","status":200}'
    json = b'{"time":"2026-07-24 23:06:29"}'
    assert iso(of_source(source(format="nginx", timezone="-08:00"), FORMATS).decode(line)[0].at) == "2026-11-25T07:06:29Z"
    assert iso(of_source(source(timezone="Europe/Berlin"), FORMATS).decode(json)[0].at) == "2026-07-24T21:06:29Z"
    assert iso(FORMATS["json"].decode(json)[0].at) == "2026-07-24T23:06:29Z"


@pytest.mark.parametrize(("given", "wanted"), [
    ({"format": "ngnix"}, "config:1: sources.3.format: unknown format 'ngnix'; did you mean 'nginx'?"),
    ({"format": "xyz"}, "config:1: sources.3.format: unknown format 'xyz'; known here: "),
    ({"format": "nginx", "mapping": {}}, "sources.3.mapping: format 'nginx' has a mapping of its own; write `format: json` (logfmt, regex), or remove `mapping`"),
    ({"mapping": {"time": "t", "fields": {"x": "y"}}}, "sources.3.mapping.fields.x: unknown event field 'x'"),
])
def test_a_source_that_names_no_format(given: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        of_source(source(**given), FORMATS, index=3)
    assert wanted in str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("data", [b"", b"\r", b"  \t", b"\0" * 70_000, b"\xef\xbb\xbf", b"\0\0\xef\xbb\xbf\r\n"])
def test_nothing_is_no_record_and_no_error(name: str, data: bytes) -> None:
    assert list(FORMATS[name].decode(data)) == []


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.binary(max_size=80))
def test_any_bytes_are_an_event_nothing_or_a_reason(name: str, data: bytes) -> None:
    for line in (data, b"{" + data, b"\0" + data, b"\xef\xbb\xbf" + data):
        seen(FORMATS[name], line)


def test_a_client_cannot_write_a_second_line_into_the_combined_format() -> None:
    # The user of HTTP basic authentication holds what looks like the rest of a line; nginx escapes the quotes in it.
    forged = rb'192.0.2.66 - x [24/Nov/2026:00:00:00 +0000] \x22GET / HTTP/1.1\x22 200 1 [24/Nov/2026:23:06:29 +0000] "GET /a HTTP/1.1" 401 9 "-" "x"'
    fields = seen(FORMATS["nginx"], forged)
    assert fields["http.response.status_code"] == 401
    assert fields["@timestamp"] == "2026-11-24T23:06:29Z"
    assert fields["user.name"] == 'x [24/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1'


def test_the_combined_format_is_linear_on_hostile_lines() -> None:
    begun = process_time()
    for part in (b" [24/Nov/2026:23:06:29 +0000]", b"[", b'\\"', b"a", b" "):
        seen(FORMATS["nginx"], b"192.0.2.66 - " + part * (1_000_000 // len(part)))
        seen(FORMATS["nginx"], b'192.0.2.66 - - [24/Nov/2026:23:06:29 +0000] "' + part * (1_000_000 // len(part)))
    assert process_time() - begun < 3


def test_the_manual_names_every_type_and_collector_and_its_example_holds(tmp_path: Path) -> None:
    manual = Path("docs/formats.md").read_text()
    assert [name for name in (*CONVERTERS, *COLLECTORS) if f"`{name}`" not in manual] == []
    (tmp_path / "ours.yaml").write_text(manual.split("```yaml\n")[1].split("```")[0])
    format = load([tmp_path])["ours"]
    assert isinstance(format, MappingFormat)
    for example in format.examples:
        assert seen(format, example["line"].encode()) == {"@timestamp": example["at"]} | example["fields"]
