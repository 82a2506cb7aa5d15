"""The shipped rules and playbooks on the shipped captures and on made-up traffic, through the command line."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sentinel.config import yaml

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("sentinel"))
BEGAN = 1_795_035_600.0  # 2026-11-18T21:00:00Z; long past, or its times would seem to be of another zone


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = made  # dataclasses look their own module up
    spec.loader.exec_module(made)
    return made


traffic = module(ROOT / "examples" / "traffic.py")


def sentinel(*arguments: str) -> str:
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def incidents(folder: Path, gateway: Path, edge: Path) -> list[dict[str, Any]]:
    """What the example's config makes of these two logs; everything it writes goes to `folder`."""
    text = (ROOT / "examples" / "sentinel.yaml").read_text()
    text = re.sub(r"paths: \[logs/litellm.jsonl.*\]", f"paths: [{gateway}]", text)
    text = re.sub(r"paths: \[logs/nginx-json.log.*\]", f"paths: [{edge}]", text)
    text = text.replace("[../rules]", f"[{ROOT}/rules]").replace("[../playbooks]", f"[{ROOT}/playbooks]")
    config = folder / "sentinel.yaml"
    config.write_text(text)
    (folder / "var").mkdir()
    sentinel("run", "--once", "-c", str(config))
    lines = sum(path.read_bytes().count(b"\n") for path in (gateway, edge))
    assert len(sentinel("events", "list", "-c", str(config), "--json").splitlines()) == lines
    found: list[dict[str, Any]] = [json.loads(line) for line in sentinel("incidents", "list", "-c", str(config), "--json").splitlines()]
    return [json.loads(sentinel("incidents", "show", "-c", str(config), "--json", one["id"])) for one in found]


def names() -> dict[str, str]:
    """Rule id -> "llm/injection_attempt"."""
    rules = (p for p in (ROOT / "rules").glob("*/*.yml") if not p.name.endswith(".cases.yml"))
    return {document["id"]: f"{path.parent.name}/{path.stem}" for path in rules for document, _ in yaml.load_all(path)}


def hits(found: list[dict[str, Any]]) -> Counter[str]:
    known, counted = names(), Counter[str]()
    for incident in found:
        for rule, seen in incident["rules"].items():
            counted[known[rule]] += seen["count"]
    return counted


def made_up(folder: Path, exchanges: Iterable[Any], seconds: float) -> tuple[Path, Path]:
    gateway, edge = folder / "litellm.jsonl", folder / "nginx-json.log"
    with gateway.open("w") as first, edge.open("w") as second:
        for number, exchange in enumerate(exchanges):
            at, call = BEGAN + number * seconds, f"{number:032x}"
            first.write(json.dumps(traffic.gateway_record(exchange, at, call)) + "\n")
            second.write(json.dumps(traffic.edge_record(exchange, at, call)) + "\n")
    return gateway, edge


def test_hits_on_the_captures_are_those_in_the_docs(tmp_path: Path) -> None:
    logs = ROOT / "examples" / "logs"
    counted = hits(incidents(tmp_path, logs / "litellm.jsonl", logs / "nginx-json.log"))
    table = (ROOT / "docs" / "rules-shipped.md").read_text()
    said = re.findall(r"^\| `([a-z/_]+)` \|.*\| (\d+)[^|]*\|$", table, re.MULTILINE)
    assert {name: int(count) for name, count in said if int(count)} == dict(counted)
    assert "deny 192.0.2.66;" in (tmp_path / "var" / "denylist.conf").read_text()


def test_a_day_like_any_other_is_silent(tmp_path: Path) -> None:
    ordinary = traffic.everyday()
    assert incidents(tmp_path, *made_up(tmp_path, (next(ordinary) for _ in range(2_000)), 0.25)) == []


@pytest.mark.parametrize(("scene", "expected", "denied"), [
    ("leaked_secret", {"llm/secret_in_output"}, True),
    ("guessed_key", {"access/refused_then_served", "access/many_keys_tried"}, True),
    ("injection", {"llm/injection_attempt", "llm/injection_then_tool_call", "llm/injection_revealed_system_text"}, False),
    ("bulk_extraction", {"llm/many_people_drawn", "llm/identity_number_in_output"}, False),
])
def test_each_attack_of_the_example_is_seen(tmp_path: Path, scene: str, expected: set[str], denied: bool) -> None:
    found = incidents(tmp_path, *made_up(tmp_path, getattr(traffic, scene)("198.51.100.130"), 0.5))
    assert expected <= hits(found).keys()
    assert any(incident["severity"] in ("high", "critical") for incident in found)
    denylist = tmp_path / "var" / "denylist.conf"
    assert (denylist.exists() and "deny 198.51.100.130;" in denylist.read_text()) is denied
    assert "198.51.100.130" in (tmp_path / "var" / "slack.txt").read_text() or not denied
