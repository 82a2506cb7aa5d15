"""Builders for tests: spell out only what the test is about."""

from __future__ import annotations

from typing import Any

from sentinel.clock import SECOND
from sentinel.records.alert import Alert, Reason
from sentinel.records.event import Event
from sentinel.records.incident import Incident, Seen
from sentinel.records.line import File, Line
from sentinel.records.principal import Principal
from sentinel.records.run import Run, Step

# 2026-11-24 22:00:00Z
NOW = 1_795_557_600 * SECOND
KEY = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b"


class Clock:
    """A clock that stands still until it is moved; `sleep` moves it."""

    def __init__(self, now: int = NOW) -> None:
        self.at = now

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / SECOND

    def sleep(self, seconds: float) -> None:
        self.at += int(seconds * SECOND)


class Kept(dict[str, Any]):
    """A durable memory that forgets nothing."""

    def put(self, key: str, value: Any, at: int = 0) -> None:
        if value is None:
            self.pop(key, None)
        else:
            self[key] = value

    def keys(self) -> list[str]:  # type: ignore[override]
        return list(super().keys())


def file(**changed: Any) -> File:
    return File(**{"id": "00aa11bb22cc33dd", "source": "gateway", "path": "/var/log/litellm/log.jsonl"} | changed)


def line(data: bytes = b"{}", **changed: Any) -> Line:
    return Line(**{"file": file(), "offset": 0, "data": data, "size": len(data) + 1} | changed)


def event(fields: dict[str, Any] | None = None, **changed: Any) -> Event:
    return Event(**{"file": file(), "offset": 0, "at": NOW, "category": "llm", "fields": dict(fields or {})} | changed)


def principal(**changed: Any) -> Principal:
    return Principal(**{"kind": "key", "id": KEY, "label": "agent-prod"} | changed)


def alert(**changed: Any) -> Alert:
    return Alert(**{
        "id": "a1a1a1a1a1a1a1a1", "rule": "rule-1", "title": "Secret in an output", "level": "high", "tags": ("owasp.llm02",),
        "story": "leak", "event": "00aa11bb22cc33dd-0-0", "at": NOW, "principal": principal(), "group": (), "count": 1,
        "reasons": (Reason("gen_ai.completion", "here is <secret.github_pat:3f9a1c2b>"),),
        "entities": {"source.ip": "203.0.113.7"}} | changed)


def incident(**changed: Any) -> Incident:
    return Incident(**{
        "id": "INC-ABCDEFGHIJ", "version": 1, "title": "Secret in an output", "story": "leak", "severity": "high", "score": 60,
        "state": "open", "principal": principal(), "rules": {"rule-1": Seen("Secret in an output", "high", 1, NOW, NOW)},
        "tags": ("owasp.llm02",), "entities": {"source.ip": ("203.0.113.7",)},
        "evidence": (Reason("gen_ai.completion", "here is <secret.github_pat:3f9a1c2b>"),), "alerts": 1,
        "first_at": NOW, "last_at": NOW, "opened_at": NOW} | changed)


def run(**changed: Any) -> Run:
    return Run(**{"id": "run1", "incident": "INC-ABCDEFGHIJ", "playbook": "contain-leaked-secret", "version": "1", "mode": "act",
                  "state": "done", "created_at": NOW} | changed)


def step(**changed: Any) -> Step:
    return Step(**{"id": "step1", "run": "run1", "incident": "INC-ABCDEFGHIJ", "index": 0, "name": "block", "uses": "litellm.block_key",
                   "given": {"key": KEY}, "state": "done", "created_at": NOW} | changed)
