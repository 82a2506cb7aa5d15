from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import BAD, GOOD


def test_eval_gives_a_line_per_match(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("category: llm", "product: any"))
    (tmp_path / "log.jsonl").write_text(
        '{"gen_ai.prompt": "forbidden"}\nnonsense\n{"gen_ai": [{"prompt": "x FORBIDDEN \\u001b"}]}\n{"gen_ai.prompt": "no"}\n')
    ran = sentinel("rules", "eval", "-r", "a.yml", "--format", "json", "log.jsonl")
    assert ran.code == 0
    assert [json.loads(line) for line in ran.lines] == [
        {"line": n, "rule": "11111111-2222-4333-8444-555555555555", "title": "A forbidden word"} for n in (1, 3)]


def test_eval_goes_on_without_a_broken_rule_and_says_so(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    (tmp_path / "b.yml").write_text(BAD)
    (tmp_path / "log.jsonl").write_text('{"gen_ai.prompt": "forbidden"}\n')
    ran = sentinel("rules", "eval", "-r", "a.yml", "-r", "b.yml", "log.jsonl")
    assert ran.code == 1 and len(ran.lines) == 1 and "b.yml:7" in ran.err


def test_eval_reads_logs_through_their_format_and_the_detectors(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("category: llm", "category: webserver").replace(
        "gen_ai.prompt|contains: forbidden", "sentinel.request.pii.types: EMAIL"))
    (tmp_path / "log").write_text(
        'no log line\n203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /find?mail=ann.lee@example.com HTTP/1.1" 200 82 "-" "curl/8"\n')
    ran = sentinel("rules", "eval", "-r", "a.yml", "--format", "nginx", "log")
    assert ran.code == 0 and json.loads(ran.out)["line"] == 2, ran.err
    assert sentinel("rules", "eval", "-r", "a.yml", "--format", "ngnix", "log").code == 2


def test_eval_says_which_lines_it_left_out(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    (tmp_path / "log.jsonl").write_text("nonsense\n\n{}\n[1]\n" + "x\n" * 5)
    ran = sentinel("rules", "eval", "-r", "a.yml", "log.jsonl")
    assert ran.code == 0 and ran.err == "log.jsonl: 7 line(s) are no JSON objects and were left out: 1, 4, 5, 6, 7, …\n"
    ran = sentinel("rules", "eval", "-r", "a.yml", "--format", "nginx", "log.jsonl")
    assert "line(s) are no nginx" in ran.err


def test_eval_sums_up(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("category: llm", "product: any"))
    (tmp_path / "log.gz").write_bytes(gzip.compress(b'{}\n{"gen_ai.prompt": "forbidden"}\n{"gen_ai.prompt": "FORBIDDEN"}\n'))
    ran = sentinel("rules", "eval", "-r", "a.yml", "--summary", "log.gz")
    assert ran.lines[1].split()[:4] == ["2", "2", "high", "A"]
    (tmp_path / "log").write_text("{}\n")
    assert "none of 1 rule(s) matched" in sentinel("rules", "eval", "-r", "a.yml", "--summary", "log").out
