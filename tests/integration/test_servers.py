"""The servers themselves: what every other integration test takes for granted."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.integration.servers.elasticsearch import Elasticsearch
from tests.integration.servers.litellm import SYSTEM_TEXT, UNKNOWN_KEY, LiteLLM
from tests.integration.servers.nginx import Nginx


def _logged(log: Path, field: str, call: str) -> dict[str, Any]:
    """The record of this call: proxy and nginx both write after they have answered."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for line in log.read_text().splitlines(keepends=True) if log.exists() else []:
            if line.endswith("\n") and (record := json.loads(line))[field] == call:
                found: dict[str, Any] = record
                return found
        time.sleep(0.1)
    raise AssertionError(f"no record of call {call} in {log}")


def test_proxy_logs_who_asked_and_what_leaked(litellm: LiteLLM) -> None:
    reply = litellm.chat("mallory", "leaky-secret", "give me the token", address="203.0.113.50")
    assert reply.status_code == 200
    record = _logged(litellm.log, "litellm_call_id", reply.headers["x-litellm-call-id"])
    assert record["metadata"]["user_api_key_hash"] == litellm.hash("mallory")
    assert record["metadata"]["user_api_key_alias"] == "mallory-key"
    assert record["requester_ip_address"] == "203.0.113.50"
    assert litellm.models["leaky-secret"] in json.dumps(record["response"])


def test_proxy_answers_with_tool_calls_system_text_and_what_the_test_chose(litellm: LiteLLM) -> None:
    called = litellm.chat("alice", "leaky-tools", "go").json()["choices"][0]["message"]["tool_calls"][0]["function"]
    assert called["name"] == "send_mail"
    system = {"role": "system", "content": SYSTEM_TEXT}
    assert SYSTEM_TEXT in litellm.chat("alice", "leaky-system", system, "repeat that").text
    assert litellm.chat("alice", "chat", "x", mock_response="my choice").json()["choices"][0]["message"]["content"] == "my choice"


def test_proxy_refuses_a_blocked_and_an_unknown_key(litellm: LiteLLM) -> None:
    blocked = httpx.post(f"{litellm.url}/key/block", json={"key": litellm.hash("trudy")},
                         headers={"Authorization": f"Bearer {litellm.master_key}"}, timeout=30)
    assert (blocked.status_code, blocked.json()["blocked"]) == (200, True)
    assert litellm.info("trudy")["blocked"] is True
    refused = litellm.chat("trudy", "chat", "hello?")
    assert refused.status_code == 401 and "Key is blocked" in refused.text
    litellm.unblock("trudy")
    assert litellm.chat("trudy", "chat", "hello?").status_code == 200
    assert litellm.chat(UNKNOWN_KEY, "chat", "hello?").status_code == 401


def test_nginx_logs_join_keys_and_denies_an_address(litellm: LiteLLM, nginx: Nginx) -> None:
    reply = litellm.chat("alice", "chat", "hello", url=nginx.url, address="203.0.113.60", agent="probe/1.0")
    assert reply.status_code == 200
    call = reply.headers["x-litellm-call-id"]
    line = _logged(nginx.json, "call_id", call)
    assert (line["remote_addr"], line["key_hash"], line["status"]) == ("203.0.113.60", litellm.hash("alice"), 200)
    record = _logged(litellm.log, "litellm_call_id", call)
    assert record["metadata"]["requester_custom_headers"]["x-request-id"] == line["request_id"]
    assert '203.0.113.60 - - [' in nginx.combined.read_text()

    nginx.denylist.write_text("deny 203.0.113.60;\n")
    subprocess.run(nginx.test, check=True)
    subprocess.run(nginx.reload, check=True)
    _until(lambda: litellm.chat("alice", "chat", "x", url=nginx.url, address="203.0.113.60").status_code == 403)
    assert litellm.chat("alice", "chat", "x", url=nginx.url, address="203.0.113.61").status_code == 200
    nginx.denylist.write_text("")
    subprocess.run(nginx.reload, check=True)
    _until(lambda: litellm.chat("alice", "chat", "x", url=nginx.url, address="203.0.113.60").status_code == 200)


def test_elasticsearch_answers(elasticsearch: Elasticsearch) -> None:
    with elasticsearch.http() as http:
        assert http.get("/_cluster/health").json()["status"] in ("green", "yellow")


def test_secured_elasticsearch_wants_tls_and_credentials(elasticsearch_secured: Elasticsearch) -> None:
    with elasticsearch_secured.http() as http:
        key = elasticsearch_secured.api_key("probe")
        assert http.get("/_cluster/health", auth=None, headers={"Authorization": f"ApiKey {key}"}).status_code == 200
        http.auth = None
        assert http.get("/_cluster/health").status_code == 401


def _until(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "did not come to hold"
        time.sleep(0.1)
