"""Records of several lines, parts that were joined, wrappings of containers: what `formats try` says of each."""

from __future__ import annotations

import json
from typing import Any

from sentinel import formats
from sentinel.cli.trial import trials

FORMATS = formats.load()
LINE = '203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /x HTTP/1.1" 200 82 "-" "curl/8"'


def rows(form: str, *lines: str) -> list[dict[str, Any]]:
    return [row for trial in trials(FORMATS[form], [f"{line}\n".encode() for line in lines]) for row in trial.rows()]


def test_a_record_of_several_lines_says_which() -> None:
    printed = json.dumps({"time": "2026-11-24T23:06:29Z", "status": 200, "remote_addr": "203.0.113.7"}, indent=1).split("\n")
    [first, second] = rows("json", *printed, '{"time":"2026-11-24T23:06:30Z","status":200}')
    assert (first["line"], first["lines"], second["line"]) == (1, 5, 6) and "lines" not in second


def test_what_stands_around_a_line_is_named() -> None:
    docker = json.dumps({"log": LINE + "\n", "stream": "stdout", "time": "2026-11-24T23:06:29Z"})
    found = rows("nginx", docker, f"2026-11-24T23:06:29Z stdout F {LINE}", LINE)
    assert [row.get("wrapped") for row in found] == ["docker", "container", None]
    assert all(row["source.ip"] == "203.0.113.7" for row in found)


def test_parts_that_were_joined_say_so() -> None:
    lines = ["INFO 11-24 23:06:29 [logger.py:39] Request cmpl-1 details: prompt: 'Once', prompt_token_ids: None, prompt_embeds shape: None.",
             "INFO 11-24 23:06:30 [logger.py:40] Generated response cmpl-1: output: ' upon a time', output_token_ids: [1], finish_reason: stop"]
    [row] = rows("vllm", *lines)
    assert row["joined"] and row["gen_ai.prompt"] == "Once" and "upon" in row["gen_ai.completion"] and "left_over" not in row


def test_what_cannot_be_read_says_why() -> None:
    [row] = rows("litellm", '{"a": ')
    assert row["line"] == 1 and row["error"]
