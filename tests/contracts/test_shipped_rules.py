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
from sentinel.rules.author.frameworks import unknown

ROOT = Path(__file__).parents[2]
RULES = sorted(p for p in (ROOT / "rules").glob("*/*.yml") if not p.name.endswith(".cases.yml"))
STORIES = {"leak", "injection", "extraction", "access"}
PRINCIPALS = {"key", "user", "team", "address"}


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
    assert unknown(tags) == []
    assert len(set(tags)) == len(tags)
    assert any(tag.startswith(("atlas.", "owasp.")) for tag in tags)


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.stem)
def test_cases_go_both_ways(path: Path) -> None:
    cases, _ = yaml.load(path.with_suffix(".cases.yml"))
    fires = [case["fires"] for case in cases]
    assert any(fires), "no case fires"
    assert not all(fires), "no case is silent"


def test_a_rule_for_each_thing_that_must_be_caught() -> None:
    # A file is a rule: what only feeds a correlation stands in the correlation's own file.
    assert len(RULES) >= 60
    assert {p.parent.name for p in RULES} == {"llm", "access", "cloud", "identity"}
    tags = {tag for path in RULES for tag in documents(path)[-1]["tags"]}
    assert {f"owasp.llm{n:02}" for n in range(1, 11)} <= tags


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
    listed = re.findall(r"^\| `([a-z]+/[a-z_]+)` \| (\w+) \|", (ROOT / "docs/rules-shipped.md").read_text(), re.MULTILINE)
    assert dict(listed) == {f"{p.parent.name}/{p.stem}": documents(p)[-1]["level"] for p in RULES}


def test_playbooks_answer_rules_that_exist() -> None:
    ids = {document["id"] for path in RULES for document in documents(path)}
    answered = {id_ for path in (ROOT / "playbooks").glob("*.y*ml") for id_ in yaml.load(path)[0]["on"].get("rules", [])}
    assert answered
    assert answered <= ids
