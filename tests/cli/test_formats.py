from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel

LINE = '203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /v1/models HTTP/1.1" 200 82 "-" "curl/8 \\x1b[2J"\n'


def test_list_and_show_name_formats_and_fields(sentinel: Sentinel) -> None:
    assert {line.split()[0] for line in sentinel("formats", "list").lines[1:]} >= {"json", "litellm", "nginx"}
    shown = json.loads(sentinel("formats", "show", "nginx", "--json").out)
    assert "source.ip" in shown["fields"] and "user_agent.original" in shown["forgeable"]
    assert "request_line(request)" in shown["origins"]["url.path"]
    [line] = [line.split("  ") for line in sentinel("formats", "show", "nginx").lines if line.startswith("url.path")]
    assert [part.strip() for part in line if part] == ["url.path", "text", "by the client", "request_line(request), url(request_uri, uri)"]
    assert "the code says" in sentinel("formats", "show", "vllm").out


def test_try_shows_what_a_line_becomes(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LINE + "\n" + LINE)
    rows = [json.loads(line) for line in sentinel("formats", "try", "nginx", "a.log", "--json").lines]
    assert [row["line"] for row in rows] == [1, 3] and rows[0]["url.path"] == "/v1/models"
    text = sentinel("formats", "try", "nginx", "a.log").out
    assert "203.0.113.7" in text and "\x1b" not in text


def test_try_counts_what_cannot_be_read(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("no log line\n" + LINE)
    ran = sentinel("formats", "try", "nginx", "a.log")
    assert ran.code == 1 and ran.lines[0].startswith("line 1: cannot be read")


def test_a_format_of_ones_own_is_tried_by_its_path(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "about: mine\ncategory: llm\njson:\n  time: ts\n  fields:\n    user.id: who\nexamples:\n  - line: '{\"who\": \"x\"}'\n    fields: {user.id: x}\n")
    (tmp_path / "a.log").write_text('{"who": "u1", "ts": "2026-11-24T23:06:29Z", "more": {"x": 1}}\n')
    ran = sentinel("formats", "try", "mine.yaml", "a.log", "--json")
    assert json.loads(ran.out) == {"line": 1, "@timestamp": "2026-11-24T23:06:29Z", "user.id": "u1", "left_over": ["more.x"]}, ran.err


def test_an_unknown_format_names_the_known(sentinel: Sentinel, tmp_path: Path) -> None:
    ran = sentinel("formats", "try", "ngnix", "-")
    assert ran.code == 2 and "litellm, " in ran.err and ", nginx, " in ran.err
    assert sentinel("formats", "try", "gone.yaml", "-").code == 2
    assert sentinel("formats", "try", "nginx", "gone.log").code == 2


def test_auto_says_what_it_chose_and_why(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LINE * 70)
    ran = sentinel("formats", "try", "auto", "a.log")
    assert ran.lines[0].startswith("auto: nginx, which reads 100% of 64 lines") and ran.out.count("203.0.113.7") == 70
    (tmp_path / "b.log").write_text("prose\n" * 5)
    assert "no format reads half of the first 5 lines" in sentinel("formats", "try", "auto", "b.log").err


def test_what_the_client_can_forge_is_marked(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LINE)
    told = {line.split()[0]: "*" in line.split() for line in sentinel("formats", "try", "nginx", "a.log").lines[1:]}
    assert told["url.path"] and not told["source.ip"]
