from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sentinel import detectors, formats
from sentinel.config.model import SourceConfig
from sentinel.doctor import sources
from sentinel.doctor.sources import Look
from sentinel.formats._lines import Auto

FORMATS = formats.load()
COMBINED = '203.0.113.7 - - [24/Nov/2026:22:00:00 +0000] "GET /x HTTP/1.1" 200 5 "-" "curl/8"\n'


def look(tmp_path: Path, text: str, form: str = "nginx", **changed: Any) -> Look:
    (tmp_path / "a.log").write_text(text)
    source = SourceConfig.model_validate({"name": "edge", "paths": [str(tmp_path / "*.log")], "format": form} | changed)
    return sources.look(source, Auto(FORMATS) if form == "auto" else FORMATS[form])


def test_what_it_never_says_is_what_the_format_could_and_the_sample_does_not(tmp_path: Path) -> None:
    found = look(tmp_path, COMBINED * 5 + "no line of nginx\n")
    assert (found.records, found.unreadable, found.files) == (5, 1, [str(tmp_path / "a.log")])
    assert {"sentinel.key.hash", "http.request.id"} <= found.never and "source.ip" not in found.never


def test_of_a_large_file_the_end_is_looked_at(tmp_path: Path) -> None:
    found = look(tmp_path, COMBINED * 20_000)
    assert 1_000 < found.records <= 2_000 and not found.unreadable


def test_without_a_record_the_format_speaks(tmp_path: Path) -> None:
    found = look(tmp_path, "")
    assert found.records == 0 and found.has == {"webserver": set(FORMATS["nginx"].fields)}


def test_auto_is_what_it_would_choose(tmp_path: Path) -> None:
    assert look(tmp_path, COMBINED * 30, "auto").format in ("nginx", "apache")


@pytest.mark.parametrize(("addresses", "private"), [(["10.0.0.1", "172.20.0.1"], True), (["10.0.0.1", "203.0.113.7"], False), ([], False)])
def test_addresses_of_proxies_alone(tmp_path: Path, addresses: list[str], private: bool) -> None:
    assert look(tmp_path, "".join(COMBINED.replace("203.0.113.7", a) for a in addresses)).private is private


def test_what_detectors_add_needs_what_they_read() -> None:
    found_by = detectors.load()

    def added(*names: str) -> set[str]:
        return sources.fields([Look("s", "f", [], has={"llm": set(names)})], found_by, ["own"])["llm"]

    assert "sentinel.prompt.secret.types" in added("gen_ai.prompt") and "sentinel.completion.secret.types" not in added("gen_ai.prompt")
    assert "sentinel.baseline.model.new" not in added("sentinel.key.hash")
    assert {"sentinel.baseline.model.new", "own"} <= added("sentinel.key.hash", "gen_ai.request.model")


def test_a_log_is_read_by_the_source_that_has_it(tmp_path: Path) -> None:
    found = look(tmp_path, json.dumps({}))
    (tmp_path / "link").symlink_to(tmp_path / "a.log")
    assert sources.reads([found], tmp_path / "link") == ["edge"] and sources.reads([found], Path("/other")) == []
