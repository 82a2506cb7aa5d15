from __future__ import annotations

import json
from pathlib import Path

from sentinel.cli.rules.convert import Form
from sentinel.rules.convert.elastic import FORMATS
from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import BAD, GOOD

CANNOT = GOOD.replace("1111-2222", "1113-2222").replace("gen_ai.prompt|contains: forbidden", "source.ip|startswith: '10.'")


def test_the_formats_are_those_there_are() -> None:
    assert {form.value for form in Form} == FORMATS.keys()


def test_a_query_over_our_own_indices(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    ran = sentinel("rules", "convert", "--to", "elasticsearch", "good.yml")
    assert ran.code == 0
    assert ran.lines[0] == "# high: A forbidden word"
    assert ran.lines[1].startswith("event.category:llm AND gen_ai.prompt.keyword:/.*[Ff][Oo][Rr]")


def test_json_has_a_line_for_each(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    found = json.loads(sentinel("rules", "convert", "good.yml", "--json", "--format", "dsl", "--indices", "mine-*").out)
    assert found["rule"] == "11111111-2222-4333-8444-555555555555" and found["title"] == "A forbidden word"
    assert "query_string" in str(found["query"])


def test_what_cannot_be_said_is_told_and_the_rest_goes_on(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(BAD)
    (tmp_path / "cannot.yml").write_text(CANNOT)
    (tmp_path / "good.yml").write_text(GOOD)
    ran = sentinel("rules", "convert", ".")
    assert ran.code == 1 and ran.out.count("# high") == 1
    assert "cannot.yml:1: A forbidden word: source.ip: it is indexed as an address" in ran.err and "containz" in ran.err


def test_what_is_imported_is_json_without_comments(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    [line] = sentinel("rules", "convert", "good.yml", "--format", "siem-rule").lines
    assert json.loads(line)["index"] == ["sentinel-events-*"]
