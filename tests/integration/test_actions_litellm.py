"""`litellm.block_key` against the real proxy: the key's next call is refused, and undone it is answered again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sentinel import actions
from sentinel.actions._base import Failed
from sentinel.clock import SystemClock
from sentinel.journal import incidents, runs
from sentinel.journal.database import Journal
from sentinel.playbooks.engine import Engine
from sentinel.records.run import Step
from tests import make
from tests.integration.servers.litellm import LiteLLM


class Response:
    """An engine that talks to the real proxy."""

    def __init__(self, folder: Path, proxy: LiteLLM, **settings: Any) -> None:
        self.journal, self.proxy = Journal(folder / "journal.db"), proxy
        self.actions = actions.load({"litellm": {"url": proxy.url, "key": proxy.master_key, **settings}})
        self.engine = Engine(self.journal, self.actions, SystemClock(), threads=False)
        with self.journal.write() as db:
            incidents.put(db, [make.incident()])

    def block(self, key: str, number: str = "s0") -> Step:
        with self.journal.write() as db:
            runs.put(db, [make.run(id=f"run-{number}", state="running")], [make.step(
                id=number, run=f"run-{number}", given={}, with_={"key": key}, state="waiting", created_at=SystemClock().now())])
        return self.go(number)

    def go(self, number: str = "s0") -> Step:
        self.engine.turn()
        found = runs.step(self.journal.read(), number)
        assert found is not None
        return found


@pytest.fixture
def response(tmp_path: Path, litellm: LiteLLM) -> Iterator[Response]:
    made = Response(tmp_path, litellm)
    yield made
    made.journal.close()
    litellm.unblock("trudy")


def test_a_key_is_blocked_and_opened_again(response: Response, litellm: LiteLLM) -> None:
    assert litellm.chat("trudy", "chat", "hello").status_code == 200
    step = response.block(litellm.hash("trudy"))
    assert (step.state, step.changed, step.before, step.outcome) == ("done", True, {"blocked": False}, {"blocked": True}), step.error
    refused = litellm.chat("trudy", "chat", "hello?")
    assert refused.status_code == 401 and "Key is blocked" in refused.text
    assert litellm.chat("alice", "chat", "hello").status_code == 200

    response.engine.undo("s0", "ann")
    assert response.go().state == "undone"
    assert litellm.chat("trudy", "chat", "hello!").status_code == 200


def test_a_key_that_somebody_else_blocked_stays_theirs(response: Response, litellm: LiteLLM) -> None:
    response.block(litellm.hash("trudy"))
    second = response.block(litellm.hash("trudy"), "s1")
    assert second.state == "done" and not second.changed
    assert litellm.info("trudy")["blocked"]


def test_a_key_in_no_table_is_skipped(response: Response, litellm: LiteLLM) -> None:
    step = response.block("0" * 64)
    assert step.state == "skipped" and "LiteLLM knows no such key" in step.error


def test_the_master_key_is_refused_before_any_call(response: Response, litellm: LiteLLM) -> None:
    import hashlib

    step = response.block(hashlib.sha256(litellm.master_key.encode()).hexdigest())
    assert step.state == "skipped" and "sentinel itself uses" in step.error


def test_whoever_is_no_admin_is_told_so_and_not_again(tmp_path: Path, litellm: LiteLLM) -> None:
    step = Response(tmp_path, litellm, key=litellm.keys["alice"]).block(litellm.hash("trudy"))
    assert step.state == "failed" and step.attempts == 1 and "refused with 40" in step.error
    assert not litellm.info("trudy")["blocked"]


def test_no_reply_reaches_the_journal(response: Response, litellm: LiteLLM) -> None:
    response.block(litellm.hash("trudy"))
    held = b"".join(path.read_bytes() for path in response.journal.path.parent.iterdir())
    assert b"trudy-key" not in held and litellm.master_key.encode() not in held and b"allow_client_mock_response" not in held


def test_probe(response: Response, litellm: LiteLLM, tmp_path: Path) -> None:
    assert response.actions["litellm.block_key"].probe() == "answers, and takes the key"
    for settings in ({"key": "sk-wrong"}, {"url": "http://127.0.0.1:1"}):
        wrong = actions.load({"litellm": {"url": litellm.url, "key": litellm.master_key, **settings}})
        with pytest.raises(Failed):
            wrong["litellm.block_key"].probe()


def test_how_long_it_takes(response: Response, litellm: LiteLLM) -> None:
    took = []
    for number in range(10):
        began = time.monotonic()
        assert response.block(litellm.hash("trudy"), f"t{number}").state == "done"
        took.append(time.monotonic() - began)
        litellm.unblock("trudy")
    print(f"journal to blocked key: median {sorted(took)[5]:.3f} s, worst {max(took):.3f} s")
    assert sorted(took)[8] < 1.0
