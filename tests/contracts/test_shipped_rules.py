"""What every shipped rule file owes its reader: an id of its own, true tags, a run-book, cases both ways, a line in the docs."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sentinel.config import yaml
from sentinel.operational.kinds import KINDS

ROOT = Path(__file__).parents[2]
RULES = sorted(p for p in (ROOT / "rules").glob("*/*.yml") if not p.name.endswith(".cases.yml"))
STORIES = {"leak", "injection", "extraction", "access"}
PRINCIPALS = {"key", "user", "team", "address"}
# Names as of MITRE ATLAS (data of 2026-05), OWASP Top 10 for LLM applications 2025 and ATT&CK 17.
ATLAS = {
    "t0006": "Active Scanning", "t0012": "Valid Accounts", "t0024": "Exfiltration via AI Inference API",
    "t0024.002": "Extract AI Model", "t0029": "Denial of AI Service", "t0034.000": "Excessive Queries",
    "t0040": "AI Model Inference API Access", "t0049": "Exploit Public-Facing Application", "t0051": "LLM Prompt Injection",
    "t0051.001": "Indirect", "t0053": "AI Agent Tool Invocation", "t0054": "LLM Jailbreak", "t0055": "Unsecured Credentials",
    "t0056": "Extract LLM System Prompt", "t0057": "LLM Data Leakage", "t0068": "LLM Prompt Obfuscation",
    "t0077": "LLM Response Rendering", "t0085": "Data from AI Services", "t0091.000": "Application Access Token",
    "t0098": "AI Agent Tool Credential Harvesting",
}
OWASP = {"llm01", "llm02", "llm06", "llm07", "llm10"}
ATTACK = {
    "t1003.008", "t1078", "t1098", "t1110", "t1110.004", "t1119", "t1190", "t1499", "t1550.001", "t1552", "t1552.001",
    "t1567", "t1595.002", "t1595.003",
}


def documents(path: Path) -> list[dict[str, Any]]:
    return [document for document, _ in yaml.load_all(path)]


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.stem)
def test_is_whole(path: Path) -> None:
    rule = documents(path)[-1]
    missing = {"title", "id", "status", "description", "references", "author", "date", "falsepositives", "level", "tags",
               "sentinel"} - rule.keys()
    assert not missing
    about = rule["sentinel"]
    assert about["story"] in STORIES
    assert about["principal"] in PRINCIPALS
    assert (ROOT / about["runbook"]).is_file()


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.stem)
def test_tags_are_real(path: Path) -> None:
    tags = documents(path)[-1]["tags"]
    known = {f"atlas.aml.{t}" for t in ATLAS} | {f"owasp.{t}" for t in OWASP} | {f"attack.{t}" for t in ATTACK}
    assert set(tags) <= known
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.stem)
def test_cases_go_both_ways(path: Path) -> None:
    cases, _ = yaml.load(path.with_suffix(".cases.yml"))
    fires = [case["fires"] for case in cases]
    assert any(fires), "no case fires"
    assert not all(fires), "no case is silent"


def test_a_rule_for_each_thing_that_must_be_caught() -> None:
    assert len(RULES) >= 14
    assert {p.parent.name for p in RULES} == {"llm", "access"}


def test_ids_differ() -> None:
    ids = [document["id"] for path in RULES for document in documents(path)]
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    assert all(uuid.UUID(i).version == 4 for i in ids)


def test_names_differ() -> None:
    names = [document["name"] for path in RULES for document in documents(path) if "name" in document]
    assert [n for n, times in Counter(names).items() if times > 1] == []


def test_every_run_book_is_used_and_tells_all() -> None:
    used = {documents(path)[-1]["sentinel"]["runbook"] for path in RULES} | {kind.runbook for kind in KINDS.values()}
    pages = {p for p in (ROOT / "docs/runbooks").glob("*.md") if p.name != "README.md"}
    assert {str(p.relative_to(ROOT)) for p in pages} == used
    for page in pages:
        text = page.read_text()
        for heading in ("What it means", "How sure", "What sentinel did", "What to do next", "How to undo", "When it is nothing"):
            assert f"**{heading}" in text, f"{page.name} lacks {heading!r}"


def test_the_docs_list_them_all() -> None:
    listed = re.findall(r"^\| `((?:llm|access)/[a-z_]+)` \| (\w+) \|", (ROOT / "docs/rules-shipped.md").read_text(), re.MULTILINE)
    assert dict(listed) == {f"{p.parent.name}/{p.stem}": documents(p)[-1]["level"] for p in RULES}


def test_playbooks_answer_rules_that_exist() -> None:
    ids = {document["id"] for path in RULES for document in documents(path)}
    answered = {id_ for path in (ROOT / "playbooks").glob("*.y*ml") for id_ in yaml.load(path)[0]["on"].get("rules", [])}
    assert answered
    assert answered <= ids
