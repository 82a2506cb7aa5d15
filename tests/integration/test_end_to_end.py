"""The main job, whole; only Slack is stood in for.

client -> nginx -> LiteLLM -> its log -> incident -> key blocked, address denied, Slack told -> Elasticsearch.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.daemon import ROOT, Daemon
from tests.integration.servers.elasticsearch import Elasticsearch
from tests.integration.servers.litellm import LiteLLM
from tests.integration.servers.nginx import Nginx
from tests.integration.servers.slack import Slack

ATTACKER = "192.0.2.66"


@pytest.fixture
def daemon(tmp_path: Path, litellm: LiteLLM, nginx: Nginx, elasticsearch: Elasticsearch, slack: Slack) -> Iterator[Daemon]:
    for log in (litellm.log, nginx.json):
        if log.exists():
            os.truncate(log, 0)  # what other tests left there is not this daemon's
    one = Daemon(tmp_path, {
        "sources": [{"name": "gateway", "paths": [str(litellm.log)], "format": "litellm"},
                    {"name": "edge", "paths": [str(nginx.json)], "format": "nginx"}],
        "rules": [str(ROOT / "rules")],
        "playbooks": {"paths": [str(ROOT / "playbooks")], "mode": "act"},
        "services": {
            "litellm": {"url": litellm.url, "key": litellm.master_key},
            "nginx": {"denylist": str(nginx.denylist), "test": nginx.test, "reload": nginx.reload},
            "slack": {"token": slack.token, "channel": slack.channel, "base_url": slack.base_url},
        },
        "elasticsearch": {"urls": [elasticsearch.url], "index_prefix": "e2e"},
    })
    one.start()
    one.caught_up()
    yield one
    assert one.stop() == 0
    nginx.denylist.write_text("")
    for name in litellm.keys:
        if litellm.info(name)["blocked"]:
            litellm.unblock(name)


def test_a_leaked_secret_is_contained_and_told(daemon: Daemon, litellm: LiteLLM, nginx: Nginx, slack: Slack,
                                               elasticsearch: Elasticsearch) -> None:
    assert litellm.chat("mallory", "chat", "hello", url=nginx.url, address=ATTACKER).status_code == 200
    assert litellm.chat("mallory", "leaky-secret", "which token do I need?", url=nginx.url, address=ATTACKER).status_code == 200

    daemon.until(lambda: litellm.info("mallory")["blocked"])
    refused = litellm.chat("mallory", "chat", "still here?")
    assert refused.status_code == 401 and "Key is blocked" in refused.text
    daemon.until(lambda: f"deny {ATTACKER};" in nginx.denylist.read_text())
    daemon.until(lambda: litellm.chat("alice", "chat", "hi", url=nginx.url, address=ATTACKER).status_code == 403)
    assert litellm.chat("alice", "chat", "hi", url=nginx.url, address="203.0.113.9").status_code == 200
    daemon.caught_up()

    leak = next(i for i in daemon.rows("incidents", "list") if i["story"] == "leak")
    assert leak["principal"]["id"] == litellm.hash("mallory") and leak["state"] == "contained"
    assert slack.posted_incidents().count(leak["id"]) == 1
    assert len(slack.edits_of(leak["id"])) >= 1
    assert "contained" in slack.shown(leak["id"]).lower()
    assert not slack.refused

    secret = litellm.models["leaky-secret"].split()[-1]
    everything = b"".join(p.read_bytes() for p in daemon.folder.rglob("*") if p.is_file())
    assert secret.encode() not in everything and secret not in slack.everything()

    events = {e["event.id"] for e in daemon.rows("events", "list")}
    shipped = elasticsearch.search("e2e-events-*")
    assert {hit["_id"] for hit in shipped} == events and len(shipped) == len(events)
    incidents = {hit["_id"]: hit for hit in elasticsearch.search("e2e-incidents-*")}
    assert set(incidents) == {i["id"] for i in daemon.rows("incidents", "list")}
    assert incidents[leak["id"]]["_version"] == leak["version"]
    assert secret not in str(shipped)

    blocked = next(s for s in daemon.rows("actions", "list") if s["uses"] == "litellm.block_key")
    daemon.run("actions", "undo", blocked["id"])
    daemon.until(lambda: not litellm.info("mallory")["blocked"])
    assert litellm.chat("mallory", "chat", "back").status_code == 200


def test_from_line_to_revocation_within_a_second(daemon: Daemon, litellm: LiteLLM) -> None:
    """p95 over the keys there are, each leaking once: answer received -> the proxy has the key blocked."""
    taken = []
    for name in ("alice", "bob", "carol", "trudy"):
        litellm.chat(name, "leaky-secret", "which token?", address=f"203.0.113.{len(taken) + 20}")
        began = time.monotonic()
        while not litellm.info(name)["blocked"]:
            assert time.monotonic() - began < 20, daemon.said()
            time.sleep(0.01)
        taken.append(time.monotonic() - began)
    assert max(taken) < 1.0, f"{statistics.median(taken):.3f} s median, {taken}"


def test_the_proxys_refusal_of_a_blocked_key_raises_nothing_new(daemon: Daemon, litellm: LiteLLM) -> None:
    litellm.chat("mallory", "leaky-secret", "again", address="203.0.113.77")
    daemon.until(lambda: litellm.info("mallory")["blocked"])
    daemon.caught_up()
    before = daemon.rows("incidents", "list")
    for _ in range(12):
        assert litellm.chat("mallory", "chat", "let me in", address="203.0.113.77").status_code == 401
    daemon.caught_up()
    assert {i["id"] for i in daemon.rows("incidents", "list")} == {i["id"] for i in before}


def test_the_gateways_record_and_the_access_line_of_a_request_complete_each_other(daemon: Daemon, litellm: LiteLLM, nginx: Nginx) -> None:
    assert litellm.chat("alice", "chat", "hello", url=nginx.url, address="203.0.113.61").status_code == 200
    daemon.caught_up()
    daemon.until(lambda: len([e for e in daemon.rows("events", "list") if e.get("source.ip") == "203.0.113.61"]) == 2)
    events = {e["event.category"]: e for e in daemon.rows("events", "list") if e.get("source.ip") == "203.0.113.61"}
    access, call = events["webserver"], events["llm"]
    assert (access.get("sentinel.linked.event"), call.get("sentinel.linked.event")) in (
        (call["event.id"], None), (None, access["event.id"]))
    assert call["sentinel.key.hash"] == litellm.hash("alice")
