from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from sentinel.formats import load

KEYCLOAK = load()["keycloak"]


def fields(line: str) -> list[dict[str, Any]]:
    return [record.fields for record in KEYCLOAK.decode(line.encode())]


def event(pairs: str) -> dict[str, Any]:
    (found,) = fields(f"2026-11-24 23:06:29,123 WARN  [org.keycloak.events] (t) {pairs}")
    return found


def test_a_client_cannot_say_who_it_is() -> None:
    # The name of an unknown client is the request's, and before version 22 nothing was quoted.
    forged = event("type=LOGIN_ERROR, realmId=r, clientId=x, userId=victim, ipAddress=192.0.2.66, userId=null, ipAddress=203.0.113.9, error=e")
    assert "user.id" not in forged and "source.ip" not in forged
    assert forged["sentinel.line.flaws"] == ["ambiguous"]
    quoted = event('type="LOGIN_ERROR", realmId="r", clientId="x, userId=victim, ipAddress=192.0.2.66", userId="null", ipAddress="203.0.113.9", error="e"')
    assert (quoted["source.ip"], quoted.get("user.id")) == ("203.0.113.9", None)
    assert "sentinel.line.flaws" not in quoted


def test_a_detail_does_not_replace_what_keycloak_says() -> None:
    found = event("type=LOGIN, realmId=r, clientId=c, userId=u-1, ipAddress=203.0.113.9, username='a, b', custom=x,y, type=z")
    assert (found["event.action"], found["user.name"], found["user.id"]) == ("LOGIN", "a, b", "u-1")


def test_json_does_not_let_details_replace_either() -> None:
    (found,) = fields('{"time":1795561589123,"type":"LOGIN","userId":"u-1","ipAddress":"203.0.113.9","details":{"userId":"u-2","ipAddress":"192.0.2.1","type":"X"}}')
    assert (found["event.action"], found["user.id"], found["source.ip"]) == ("LOGIN", "u-1", "203.0.113.9")


@pytest.mark.parametrize("line", [
    "2026-11-24 23:06:29,123 INFO  [io.quarkus] (main) Installed features: [cdi, type=x]", "\tat org.keycloak.Foo(Foo.java:1)", "type=lower, x=y",
    '{"message":"hello","level":"INFO"}', '{"type":null}', '{"details":[1]}', "",
])
def test_what_is_no_event_is_nothing(line: str) -> None:
    assert fields(line) == []


@pytest.mark.parametrize("part", ["a=b, ", "a='", 'a="', "type=A, ", ",", "a.b="])
def test_hostile_lines_take_linear_time(part: str) -> None:
    begun = process_time()
    KEYCLOAK.decode(("type=LOGIN, " + part * (500_000 // len(part))).encode())
    KEYCLOAK.decode((part * (500_000 // len(part))).encode())
    assert process_time() - begun < 3
