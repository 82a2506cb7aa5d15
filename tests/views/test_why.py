from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.rules.author.pick import pick_file
from sentinel.views import why
from tests import make
from tests.cli.rules.conftest import GOOD

CORRELATION = "---\ntitle: Both\nname: both\ncorrelation: {type: temporal, rules: [11111111-2222-4333-8444-555555555555], group-by: [u], timespan: 1m}\n"


@pytest.mark.parametrize(("rules", "keys"), [(GOOD, {"matched", "on"}), (GOOD + CORRELATION, {"base_rules", "groups", "ungrouped", "on"})])
def test_a_script_is_told_all_of_it(tmp_path: Path, rules: str, keys: set[str]) -> None:
    (tmp_path / "a.yml").write_text(rules)
    picked = pick_file(tmp_path / "a.yml")
    given = [("e1", make.event({"gen_ai.prompt": "forbidden", "u": "a"})), ("e2", make.event({"gen_ai.prompt": "no"}, offset=1))]
    document = json.loads(json.dumps(why.plain(why.of_given(picked.own[0], picked.rules, given, everywhere=False))))
    assert document.keys() - {"rule", "title", "events"} == keys and document["events"] == 2
    if "groups" in keys:
        [group] = document["groups"]
        assert group["group"] == {"u": "a"} and group["fired"] == 1 and [one["event"] for one in group["completed"]] == ["e1"]


def test_the_daemon_never_asks_a_rule_of_another_category(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("category: llm", "category: process_creation"))
    picked = pick_file(tmp_path / "a.yml")
    event = make.event({"gen_ai.prompt": "forbidden"})
    [on] = why.of_given(picked.own[0], picked.rules, [("e", event)], everywhere=True).on
    assert on.tree.held and not on.misses
    on.everywhere = False
    assert on.misses
