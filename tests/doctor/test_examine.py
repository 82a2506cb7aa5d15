from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.doctor.examine import Report, examine
from sentinel.doctor.host import Host
from tests.doctor.test_host import process

ROOT = Path(__file__).parents[2]
COMBINED = '203.0.113.7 - - [24/Nov/2026:22:00:00 +0000] "GET /x HTTP/1.1" 200 5 "-" "curl/8"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A host on which nginx runs and logs."""
    process(tmp_path, 80, "nginx: master process nginx")
    (tmp_path / "var/log/nginx").mkdir(parents=True)
    (tmp_path / "var/log/nginx/access.log").write_text(COMBINED * 10)
    return tmp_path


def config(root: Path, *sources: str, rules: str = "access") -> Path:
    path = root / "c.yaml"
    path.write_text(f"journal: j.db\nrules: [{ROOT / 'rules' / rules}]\nsources: [{', '.join(sources)}]\n")
    return path


def report(root: Path, *sources: str, rules: str = "access") -> Report:
    return examine(config(root, *sources, rules=rules) if sources else None, Host(root))


EDGE = "{name: edge, format: nginx, paths: [var/log/nginx/access.log]}"


def test_what_runs_and_what_nobody_reads(root: Path) -> None:
    found = report(root, "{name: other, format: litellm, paths: [nothing.jsonl]}")
    [nginx] = found.found
    assert (nginx.program, nginx.pids, [log.path for log in nginx.unread]) == ("nginx", [80], ["/var/log/nginx/access.log"])
    assert found.exit_code == 1


def test_what_runs_and_logs_nowhere_that_is_known(root: Path) -> None:
    process(root, 81, "/venv/bin/litellm", "--config", "c.yaml")
    found = report(root, EDGE)
    assert [(one.program, one.silent) for one in found.found] == [("litellm", True), ("nginx", False)] and found.exit_code == 1
    assert any(todo.program == "litellm" and "callback" in todo.advice.do for todo in found.todo)
    read = "{name: gateway, format: litellm, paths: [later.jsonl]}"
    assert not any(one.silent for one in report(root, EDGE, read).found)
    assert not any(one.silent for one in report(root, EDGE, "{name: any, journald: {units: [any]}}").found), "auto may be reading it"


def test_rules_that_cannot_fire_name_what_they_lack_and_the_change_that_helps(root: Path) -> None:
    found = report(root, EDGE)
    lacks = {one.rule.title: one.lacks for one in found.blind}
    assert lacks["One address tries many keys"] == ("sentinel.key.hash",)
    todo = next(todo for todo in found.todo if "sentinel.key.hash" in todo.gives)
    assert todo.source == "edge" and "One address tries many keys" in todo.enables and "js_set $key_hash" in todo.advice.lines
    assert 0 < len(found.blind) < found.rules


def test_a_category_that_no_source_has(root: Path) -> None:
    found = report(root, EDGE, rules="llm")
    assert all(one.none for one in found.blind if one.rule.kind == "detection") and len(found.blind) == found.rules


def test_what_a_detector_would_say_is_told_as_what_it_would_have_to_read(root: Path) -> None:
    (root / "vllm.log").write_text("INFO: 192.0.2.1:1 - \"POST /v1/completions HTTP/1.1\" 200 OK\n")
    found = report(root, "{name: engine, format: vllm, paths: [vllm.log]}", EDGE, rules="llm")
    names = {name for one in found.blind for name in one.lacks}
    assert names and not {name for name in names if name.startswith(("sentinel.prompt.", "sentinel.completion.", "sentinel.baseline."))}


def test_without_a_config_the_logs_that_are_there_are_looked_at(root: Path) -> None:
    found = report(root)
    assert (found.config, found.rules) == ("", 0)
    assert [todo.program for todo in found.todo].count("nginx") >= 2


def test_a_host_on_which_all_is_well(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("")
    found = report(tmp_path, "{name: edge, format: nginx, paths: [a.log]}")
    assert found.found == [] and found.blind == [] and found.exit_code == 0
