"""The installed program as its users have it: a daemon beside, everything else in other processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("sentinel"))
CONFIG = """\
journal: var/journal.db
host: test
sources:
  - {name: gateway, format: litellm, paths: ['logs/litellm*.jsonl']}
  - {name: edge, format: nginx, paths: [logs/nginx-json.log]}
rules: [RULES]
playbooks: {paths: [PLAYBOOKS], mode: act}
services:
  nginx: {denylist: var/denylist.conf, test: [], reload: []}
  slack: {console: var/slack.txt}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "var").mkdir()
    for name in ("litellm.jsonl", "nginx-json.log"):
        shutil.copy(ROOT / "examples" / "logs" / name, tmp_path / "logs" / name)
    (tmp_path / "var" / "denylist.conf").touch()
    (tmp_path / "sentinel.yaml").write_text(CONFIG.replace("RULES", str(ROOT / "rules")).replace("PLAYBOOKS", str(ROOT / "playbooks")))
    return tmp_path


def sentinel(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "SENTINEL_CONFIG"}
    return subprocess.run([PROGRAM, *arguments], cwd=folder, input=given, capture_output=True, text=True, env=env, timeout=90, check=False)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def daemon(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (place / "daemon.log").open("wb") as log:
        child = subprocess.Popen([PROGRAM, "run"], cwd=place, stderr=log)
        yield child
        if child.poll() is None:
            child.kill()
        child.wait(10)


def test_once_reads_everything_and_what_it_found_can_be_looked_at(place: Path) -> None:
    checked = sentinel(place, "check")
    assert checked.returncode == 0, checked.stdout
    assert sentinel(place, "run", "--once").returncode == 0
    events = rows(sentinel(place, "events", "list", "--json"))
    assert len(events) == sum(len((place / "logs" / n).read_bytes().splitlines()) for n in ("litellm.jsonl", "nginx-json.log"))
    incidents = rows(sentinel(place, "incidents", "list", "--json"))
    contained = next(i for i in incidents if i["state"] == "contained")
    assert "Do next" in sentinel(place, "incidents", "show", str(contained["id"])).stdout
    assert "192.0.2.66" in (place / "var" / "denylist.conf").read_text()
    assert sentinel(place, "run", "--once").returncode == 0, "a second run finds nothing new"
    assert rows(sentinel(place, "incidents", "list", "--json")) == incidents
    assert sentinel(place, "status").returncode == 1, "nothing runs any more, and that is not well"
    assert sentinel(place, "watch").stdout.startswith("SEVERITY")


def test_beside_a_running_daemon_one_waits_looks_and_undoes(place: Path, daemon: subprocess.Popen[bytes]) -> None:
    waited = sentinel(place, "status", "--wait", "60")
    assert waited.returncode == 0, waited.stdout + waited.stderr + (place / "daemon.log").read_text()
    before = len(rows(sentinel(place, "events", "list", "--json")))
    line = (place / "logs" / "nginx-json.log").read_bytes().splitlines()[0]
    with (place / "logs" / "nginx-json.log").open("ab") as log:
        log.write(line + b"\nthis is no log line\n")
    (place / "logs" / "litellm-2.jsonl").write_bytes((place / "logs" / "litellm.jsonl").read_bytes().splitlines()[3] + b"\n")
    waited = sentinel(place, "status", "--wait", "60")
    assert waited.returncode == 0, waited.stdout + waited.stderr + (place / "daemon.log").read_text()
    assert len(rows(sentinel(place, "events", "list", "--json"))) == before + 2, "what was written before the wait is there after it"
    assert len(rows(sentinel(place, "deadletters", "list", "--json"))) == 1

    step = next(s for s in rows(sentinel(place, "actions", "list", "--json")) if s["uses"] == "nginx.deny_ip" and s["changed"])
    undone = sentinel(place, "actions", "undo", str(step["id"]))
    assert undone.returncode == 0 and undone.stdout.endswith(": undone\n"), undone.stdout + undone.stderr
    assert str(step["target"][1]) not in (place / "var" / "denylist.conf").read_text()  # type: ignore[index]

    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(15) == 0


def test_a_config_error_is_one_line_and_exit_2(place: Path) -> None:
    config = place / "sentinel.yaml"
    config.write_text(config.read_text().replace("format: litellm", "formt: litellm"))
    for command in ("run", "check"):
        done = sentinel(place, command, *(["--once"] if command == "run" else []))
        assert done.returncode == 2 and "Traceback" not in done.stderr
        assert "sentinel.yaml:4: sources.0.formt: unknown key 'formt'; did you mean 'format'?" in done.stdout + done.stderr


def test_texts_through_pipes() -> None:
    text = "write to ann.lee@example.com"
    found = sentinel(ROOT, "detect", given=json.dumps({"id": "a", "text": text}) + "\n")
    assert json.loads(found.stdout)["spans"][0]["type"] == "EMAIL"
    assert sentinel(ROOT, "redact", given=text).stdout.startswith("write to <EMAIL:")


def test_shipped_rules_pass_their_own_tests() -> None:
    done = sentinel(ROOT, "rules", "test", "rules")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
