"""What clients try against the text formats of web servers and proxies: lines of their own, hiding, and lines that take for ever."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from sentinel.errors import Unreadable
from sentinel.formats import load

FORMATS = load()
HEADS = {
    "apache": "192.0.2.66 - ", "traefik": "192.0.2.66 - ", "envoy": "[2026-11-24T23:01:24.231Z] ", "nginx": "192.0.2.66 - ",
    "haproxy": "192.0.2.66:1 [24/Nov/2026:23:06:29.655] ",
}


def fields(name: str, line: str) -> dict[str, Any]:
    (record,) = FORMATS[name].decode(line.encode())
    return record.fields


def test_a_user_cannot_end_his_line_in_apaches_log() -> None:
    forged = r'192.0.2.66 - x [24/Nov/2026:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1 [24/Nov/2026:23:06:29 +0000] "GET /a HTTP/1.1" 401 9 "-" "x"'
    found = fields("apache", forged)
    assert (found["http.response.status_code"], found["url.path"]) == (401, "/a")
    assert found["user.name"] == 'x [24/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1'


@pytest.mark.parametrize("agent", [r"x\" \"y", "\\\\", r"\"", r"\x22 200 1", "] [", "x" * 5000])
def test_an_agent_does_not_hide_its_request_in_apaches_log(agent: str) -> None:
    found = fields("apache", f'192.0.2.66 - - [24/Nov/2026:23:06:29 +0000] "GET /a HTTP/1.1" 401 9 "-" "{agent}"')
    assert (found["http.response.status_code"], found["source.ip"]) == (401, "192.0.2.66")
    assert "user_agent.original" in found


@pytest.mark.parametrize("agent", ["\\", 'a\\" 5 "r" "u" 1ms', "x\\\\\\", '\\" "', "] ["])
def test_an_agent_does_not_hide_its_request_in_traefiks_log(agent: str) -> None:
    written = agent.replace('"', '\\"')  # and backslashes as they are: that is how Traefik writes
    found = fields("traefik", f'192.0.2.66 - - [24/Nov/2026:23:06:29 +0000] "GET /a HTTP/1.1" 401 9 "-" "{written}" 7 "llm@docker" "-" 0ms')
    assert (found["http.response.status_code"], found["source.ip"], found["url.path"]) == (401, "192.0.2.66", "/a")


def test_what_a_client_says_of_its_address_is_not_believed() -> None:
    forwarded = '"1.2.3.4, 192.0.2.66"'
    found = fields("envoy", f'[2026-11-24T23:01:24.231Z] "GET / HTTP/1.1" 200 - 0 5 1 - {forwarded} "x" "r" "h" "u"')
    assert found["source.ip"] == "192.0.2.66"
    line = '{"downstream_remote_address":"192.0.2.66:1","x-forwarded-for":"1.2.3.4","start_time":"2026-11-24T23:01:24Z","method":"GET"}'
    assert fields("envoy", line)["source.ip"] == "192.0.2.66"
    line = '{"ClientAddr":"192.0.2.66:1","ClientHost":"1.2.3.4","DownstreamStatus":200,"StartUTC":"2026-11-24T23:01:24Z"}'
    assert fields("traefik", line)["source.ip"] == "192.0.2.66"


def test_haproxys_braces_and_quotes_cannot_be_closed_by_a_client() -> None:
    found = fields("haproxy", '192.0.2.66:1 [24/Nov/2026:23:06:29.655] w b/s 0/0/0/0/0 401 5 - - ---- 1/1/1/1/0 0/0 '
                              '{x#7d {y#22} "GET /#22#20HTTP/1.1#22 HTTP/1.1"')
    assert found["labels.captured_request"] == 'x} {y"'
    assert (found["url.path"], found["http.response.status_code"]) == ('/" HTTP/1.1"', 401)


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("part", [" [24/Nov/2026:23:06:29 +0000] ", "[", '\\"', '"', "a", " ", ",", ":", "1/", "{", "} ", '" "'])
def test_hostile_lines_take_linear_time(name: str, part: str) -> None:
    begun = process_time()
    for head in ("", HEADS[name], HEADS[name] + '- [24/Nov/2026:23:06:29 +0000] "', HEADS[name] + '"GET / HTTP/1.1" 200 - "'):
        try:
            FORMATS[name].decode((head + part * (300_000 // len(part))).encode())
        except Unreadable:
            pass
    assert process_time() - begun < 3
