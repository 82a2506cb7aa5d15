"""The checks together: each speaks where it must, keeps silent where it must, and can be silenced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sentinel.rules.author.checks import CHECKS, NAMES
from tests.rules.author.checks.conftest import BASE, remarks, rule

CASES = [case for path in sorted(Path(__file__).with_name("cases").glob("*.yml")) for case in yaml.safe_load(path.read_text())]
GOOD: dict[str, Any] = {"a": {"user.id": "x"}, "condition": "a"}


def test_every_check_speaks_in_some_case() -> None:
    said = {name for case in CASES for name in case.get("says", {})}
    elsewhere = {"benign", "group-by", "never-seen", "no-cases"}  # test_surroundings.py
    assert {check.name for check in CHECKS} == said | elsewhere


def test_names_are_one_of_a_kind() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS) < len(NAMES)


def test_a_comment_silences_a_check_in_its_own_document_alone(tmp_path: Path) -> None:
    twice = {**GOOD, "condition": "a and not a"}
    first = rule(twice) + "# sentinel: ignore never-matches, plain-regex\n"
    second = rule(twice, id="6b13f121-07b7-4ed5-a9d2-ccc419442d54", title="U")
    found = remarks(tmp_path, f"{first}---\n{second}")
    assert [(one.check, one.rule[-1]) for one in found] == [("never-matches", "4")]


def test_a_comment_that_names_no_check_is_told(tmp_path: Path) -> None:
    [remark] = remarks(tmp_path, "# sentinel: ignore never-match\n" + rule(GOOD))
    assert remark.check == "ignore" and "did you mean 'never-matches'" in remark.said


def test_mistakes_come_first_and_are_not_silenced(tmp_path: Path) -> None:
    text = rule({"a": {"gen_ai.prompt|re": "(?=x)y"}, "condition": "a"})
    [remark] = remarks(tmp_path, text + "# sentinel: ignore not-linear\n")
    assert (remark.kind, remark.check, remark.key) == ("mistake", "not-linear", "detection.a.gen_ai.prompt|re")
    [remark] = remarks(tmp_path, rule(GOOD, level="hihg"))
    assert (remark.kind, remark.check) == ("mistake", "load")


def test_what_is_about_the_whole_rule_stands_at_its_title(tmp_path: Path) -> None:
    text = "\n\n" + rule(GOOD).replace(f"level: {BASE['level']}\n", "")
    [remark] = remarks(tmp_path, text)
    assert (remark.check, remark.line, remark.what[:10]) == ("metadata", 3, "no `level`")


def test_a_file_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("title: [")
    (tmp_path / "b.yml").write_bytes(b"\xff\xfe\x00")
    assert [one.check for one in remarks(tmp_path, rule({**GOOD, "condition": "a and not a"}))] == ["load", "load", "never-matches"]


def test_a_rule_has_what_its_collection_lends_it(tmp_path: Path) -> None:
    lends, takes = "action: global\nlevel: low\n", "\n".join(line for line in rule(GOOD).splitlines() if not line.startswith("level:"))
    assert [one for one in remarks(tmp_path, takes) if "no `level`" in one.what]
    assert not [one for one in remarks(tmp_path, f"{lends}---\n{takes}") if "no `level`" in one.what]
