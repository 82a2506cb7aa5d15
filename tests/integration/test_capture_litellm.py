"""The callback inside a real proxy: every call once, no key, and whatever the disk does, the proxy does not notice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from sentinel.formats import load
from tests.integration.servers import litellm as proxy
from tests.integration.servers.litellm import UNKNOWN_KEY, LiteLLM

_NUMBER = count(1)


def prompt() -> str:
    """One that no other call has: a refused call has no other mark that its caller knows."""
    return f"question {next(_NUMBER)} of {os.getpid()}."


def records(log: Path) -> list[dict[str, Any]]:
    """Of the file and of all it was rotated to."""
    members = [log, *log.parent.glob(f"{log.name}.[0-9]*")]
    return [json.loads(line) for member in members if member.exists() for line in member.read_bytes().splitlines()]


def asked(record: dict[str, Any]) -> str:
    messages = record.get("messages")
    text = messages[0]["content"] if isinstance(messages, list) and messages else ""
    return str(text).partition(" --")[0]


def appear(log: Path, prompts: list[str], seconds: float = 20) -> list[dict[str, Any]]:
    """The record of each, in that order, each there once."""
    until = time.monotonic() + seconds
    while True:
        found = records(log)
        if (seen := Counter(map(asked, found))) >= Counter(prompts) or time.monotonic() > until:
            assert {p: seen[p] for p in prompts} == dict.fromkeys(prompts, 1)
            return [next(r for r in found if asked(r) == p) for p in prompts]
        time.sleep(0.1)


@contextmanager
def hanging(log: Path) -> Iterator[None]:
    """The log as on a disk that hangs: whoever would write waits in the kernel."""
    with Path(f"{log}.lock").open("a") as lock:
        flock(lock, LOCK_EX)
        yield


def test_every_call_is_one_line_whatever_became_of_it(litellm: LiteLLM) -> None:
    done, streamed, unlogged, refused, unknown = prompts = [prompt() for _ in range(5)]
    assert litellm.chat("alice", "chat", done).status_code == 200
    assert "[DONE]" in litellm.chat("alice", "chat", streamed, stream=True).text
    assert litellm.chat("alice", "chat", unlogged, **{"no-log": True}).status_code == 200
    assert litellm.chat(UNKNOWN_KEY, "chat", refused).status_code == 401
    assert litellm.chat("alice", "no-such-model", unknown).status_code == 400
    found = appear(litellm.log, prompts)
    assert [r["status"] for r in found] == ["success", "success", "success", "failure", "failure"]
    assert [r.get("error_information", {}).get("error_code") for r in found] == [None, None, None, "401", "400"]
    for record in found[:3]:
        assert record["response"]["choices"][0]["message"]["content"] == litellm.models["chat"]
        assert len(json.dumps(record)) < 4000
    # And sentinel reads them.
    events = [load()["litellm"].decode(json.dumps(record).encode())[0].fields for record in found]
    assert [event["gen_ai.prompt"] for event in events] == prompts
    assert events[1]["gen_ai.completion"] == litellm.models["chat"] and events[1]["gen_ai.request.stream"] is True
    assert events[0]["sentinel.key.hash"] == litellm.hash("alice")


def test_who_hangs_up_in_the_middle_of_a_stream_is_recorded(litellm: LiteLLM) -> None:
    text = prompt()
    with httpx.stream("POST", f"{litellm.url}/v1/chat/completions", headers={"Authorization": f"Bearer {litellm.keys['alice']}"},
                      json={"model": "chat", "stream": True, "messages": [{"role": "user", "content": text}],
                            "mock_response": "word " * 3000}, timeout=30) as stream:
        next(stream.iter_raw())
    found, = appear(litellm.log, [text])
    assert found["error_information"]["error_code"] == "499"
    assert found["response"]["choices"][0]["message"]["content"].startswith("word")


@pytest.mark.parametrize("header", [
    {"Authorization": "Bearer sk-stray-KEY-31415926"}, {"Authorization": "Bearer stray-KEY-31415926"},
    {"Authorization": "Basic c3RyYXktS0VZLTMxNDE1OTI2"}, {"x-api-key": "sk-stray-KEY-31415926"},
    {"Authorization": "Bearer sk-alice-0000-1111-2222-3333", "x-api-key": "stray-KEY-31415926", "x-token": "stray-KEY-31415926",
     "cookie": "session=stray-KEY-31415926"},
], ids=["unknown", "not-litellms", "basic", "other-header", "second-key"])
def test_a_key_is_never_in_the_file(header: dict[str, str], litellm: LiteLLM) -> None:
    text = prompt()
    httpx.post(f"{litellm.url}/v1/chat/completions", headers=header, timeout=30,
               json={"model": "chat", "messages": [{"role": "user", "content": text}]})
    appear(litellm.log, [text])
    written = litellm.log.read_text()
    assert not any(key in written for key in ("stray-KEY-31415926", "c3RyYXktS0VZ", *litellm.keys.values(), litellm.master_key))
    assert litellm.log.stat().st_mode & 0o777 == 0o640


def test_a_hanging_disk_is_not_noticed_and_what_waited_is_written(litellm: LiteLLM) -> None:
    prompts = [prompt() for _ in range(12)]
    with hanging(litellm.log):
        for text in prompts:
            assert litellm.chat("alice", "chat", text).status_code == 200
        time.sleep(0.5)
        assert not Counter(map(asked, records(litellm.log))) & Counter(prompts)
    appear(litellm.log, prompts)


def test_two_workers_share_a_file_rotate_it_and_stop_without_losing_a_call(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with proxy.running(tmp_path, "--num_workers", "2", "--timeout_worker_healthcheck", "120", SENTINEL_CAPTURE_FILE_MB="1") as two:
        while len((tmp_path / "ready").read_text().splitlines()) < 2:
            time.sleep(0.1)
        prompts = [prompt() for _ in range(80)]
        statuses = _ask(two, [f"{text} --{'x' * 30_000}" for text in prompts])
        assert statuses == [200] * len(prompts)
    appear(two.log, prompts, 0)
    sizes = [member.stat().st_size for member in tmp_path.glob("litellm.jsonl.[0-9]*")]
    assert len(sizes) == 2 and all(1024 * 1024 - 40_000 < size <= 1024 * 1024 for size in sizes)
    assert two.log.stat().st_size <= 1024 * 1024


def test_killed_it_loses_what_was_just_answered_and_no_more(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with proxy.running(tmp_path) as one:
        early, late = [prompt() for _ in range(30)], [prompt() for _ in range(10)]
        _ask(one, early)
        time.sleep(2)
        _ask(one, late)
        os.kill(one.pid, signal.SIGKILL)
    appear(one.log, early, 0)
    assert set(map(asked, records(one.log))) <= {*early, *late}


def test_a_proxy_that_shares_a_python_with_sentinel_finds_it_too() -> None:
    """As after `pip install --no-deps`: a package beside LiteLLM, and nothing else of sentinel's dependencies."""
    code = ("from litellm.proxy.types_utils.utils import get_instance_fn as load; "
            "log = load('sentinel.capture.litellm.log', '/etc/litellm/config.yaml'); "
            "from litellm.integrations.custom_logger import CustomLogger; "
            "print(isinstance(log, CustomLogger), log is load('sentinel.capture.litellm.log'))")
    ran = subprocess.run([proxy.venv() / "bin" / "python", "-c", code], capture_output=True, text=True, check=True,
                         env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "LITELLM_LOCAL_MODEL_COST_MAP": "True"})
    assert ran.stdout.split() == ["True", "True"]


def _ask(server: LiteLLM, prompts: list[str]) -> list[int]:
    """All of them, a few at a time."""
    with ThreadPoolExecutor(6) as pool:
        return [reply.status_code for reply in pool.map(lambda text: server.chat(server.master_key, "chat", text), prompts)]
