"""Several documents of a file, and what Sigma 1's actions make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.rules.loaded import Loaded
from sentinel.rules.match.compile import compile_node
from sentinel.rules.read.load import load
from sentinel.rules.rule import Detection

ONE = "logsource: {category: llm}\ndetection: {s: {f: x}, condition: s}\n"


def read(folder: Path, *documents: str) -> Loaded:
    (folder / "c.yml").write_text("---\n".join(document if document.endswith("\n") else document + "\n" for document in documents))
    return load([folder])


def fires(loaded: Loaded, title: str, **fields: object) -> bool:
    rule = next(rule for rule in loaded.rules if rule.info.title == title)
    assert isinstance(rule, Detection)
    return compile_node(rule.tree)(fields)


def test_a_file_holds_many_rules(tmp_path: Path) -> None:
    loaded = read(tmp_path, "title: A\n" + ONE, "", "title: B\n" + ONE)
    assert [rule.info.title for rule in loaded.rules] == ["A", "B"] and not loaded.mistakes


def test_global_lends_and_wins_until_reset(tmp_path: Path) -> None:
    loaded = read(
        tmp_path, "action: global\nlevel: high\nlogsource: {category: llm}\ndetection: {more: {g: 1}, condition: s and more}\n",
        "title: A\nlevel: low\ndetection: {s: {f: x}, condition: s}", "title: B\ndetection: {s: {f: y}}",
        "action: reset", "title: C\n" + ONE)
    assert not loaded.mistakes
    assert [(rule.info.title, rule.info.level) for rule in loaded.rules] == [("A", "high"), ("B", "high"), ("C", "medium")]
    assert fires(loaded, "A", f="x", g=1) and not fires(loaded, "A", f="x") and fires(loaded, "B", f="y", g=1) and fires(loaded, "C", f="x")


def test_a_second_global_takes_the_place_of_the_first(tmp_path: Path) -> None:
    loaded = read(tmp_path, "action: global\nlevel: high", "action: global\nlogsource: {category: llm}",
                  "title: A\ndetection: {s: {f: x}, condition: s}")
    assert [rule.info.level for rule in loaded.rules] == ["medium"]


def test_repeat_changes_the_rule_before(tmp_path: Path) -> None:
    loaded = read(tmp_path, "title: A\nid: 6b13f121-07b7-4ed5-a9d2-ccc419442d53\n" + ONE,
                  "action: repeat\ntitle: B\nid: 6b13f121-07b7-4ed5-a9d2-ccc419442d54\ndetection: {s: {f: y}}",
                  "action: repeat\ntitle: C\nid: 6b13f121-07b7-4ed5-a9d2-ccc419442d55\ndetection: {s: {g: 1}}")
    assert not loaded.mistakes and fires(loaded, "A", f="x") and fires(loaded, "B", f="y")
    assert fires(loaded, "C", f="y", g=1) and not fires(loaded, "C", f="x", g=1) and not fires(loaded, "C", f="y")


def test_repeat_after_global_leaves_what_it_lends(tmp_path: Path) -> None:
    loaded = read(tmp_path, "action: global\n" + ONE, "action: repeat\ntitle: A\ndetection: {s: {g: 1}}", "title: B")
    assert not loaded.mistakes and not fires(loaded, "A", f="x") and fires(loaded, "B", f="x")


def test_a_repeat_under_the_same_id_is_one_rule_more_ways_to_fire(tmp_path: Path) -> None:
    loaded = read(tmp_path, "title: A\nid: 6b13f121-07b7-4ed5-a9d2-ccc419442d53\n" + ONE, "action: repeat\ndetection: {s: {f: y}}")
    assert len(loaded.rules) == 1 and not loaded.mistakes
    assert [fires(loaded, "A", f=f) for f in "xyz"] == [True, True, False]


def test_correlations_and_filters_take_nothing(tmp_path: Path) -> None:
    loaded = read(tmp_path, "action: global\nlevel: high\nlogsource: {category: llm}", "title: A\nname: a\ndetection: {s: {f: x}, condition: s}",
                  "title: C\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}",
                  "title: F\nfilter: {rules: [a], selection: {g: 1}, condition: not selection}")
    assert not loaded.mistakes and [rule.info.level for rule in loaded.rules] == ["high", "medium"]
    assert fires(loaded, "A", f="x") and not fires(loaded, "A", f="x", g=1)


@pytest.mark.parametrize(("documents", "told"), [
    (["title: A\n" + ONE, "action: repeet\ntitle: B"], "c.yml:5: action: unknown action 'repeet'; did you mean 'repeat'?"),
    (["action: repeat\ntitle: B", "title: A\n" + ONE], "c.yml:1: action: there is no rule before it to repeat"),
    (["action: global\nlogsource: {category: llm}", "title: A\ndetection: {s: {f|containz: x}, condition: s}"],
     "c.yml:5: detection.s.f|containz: unknown modifier"),
    (["action: global\nlogsource: {category: llm}\ndetection: {s: {f|containz: x}, condition: s}", "title: A"],
     "c.yml:3: detection.s.f|containz: unknown modifier"),
])
def test_mistakes_name_the_document(tmp_path: Path, documents: list[str], told: str) -> None:
    assert told in str(read(tmp_path, *documents).mistakes[0])


def test_each_rule_stands_where_its_document_does(tmp_path: Path) -> None:
    loaded = read(tmp_path, "action: global\ntitle: A\nlogsource: {category: llm}", "detection: {s: {f: x}, condition: s}",
                  "detection: {s: {f: y}, condition: s}")
    assert [(rule.info.line, rule.info.id) for rule in loaded.rules] == [(5, "c.yml:5"), (7, "c.yml:7")]


def test_a_broken_document_leaves_the_others_unless_they_may_take_from_it(tmp_path: Path) -> None:
    broken = "title: B\ntitle: B\n"
    loaded = read(tmp_path, "title: A\n" + ONE, broken, "title: C\n" + ONE)
    assert [rule.info.title for rule in loaded.rules] == ["A", "C"] and "stands twice" in loaded.mistakes[0].what
    loaded = read(tmp_path, "action: global\nlevel: high", broken, "title: C\n" + ONE)
    assert loaded.rules == [] and "nothing of this file is read" in loaded.mistakes[1].what


def test_a_small_file_is_no_large_one(tmp_path: Path) -> None:
    """What is lent to each of many rules would take the memory of all of them."""
    lent = "action: global\n" + ONE.replace("f: x", f"f: [{', '.join(map(str, range(5_000)))}]")
    loaded = read(tmp_path, lent, *["title: A\n"] * 2_000)
    [told, *_] = [one for one in loaded.mistakes if "more than" in one.what]
    assert told.do == "split the file" and told.line > 100
