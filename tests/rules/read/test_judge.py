"""What pySigma says of the rest of a document gets its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sentinel.config import yaml
from sentinel.errors import ConfigError
from sentinel.rules.read import judge

GOOD = "title: T\nid: any text\ncorrelation: {}\n"


@pytest.mark.parametrize(("line", "told"), [
    ("level: loud", "r.yml:4: level: "), ("status: well", "r.yml:4: status: "), ("tags: [x]", "r.yml:4: tags: "), ("date: soon", "r.yml:4: date: "),
    ("level: hihg", "did you mean 'high'?"), ("level: loud", "; one of informational, low, medium"), ("status: exprimental", "did you mean 'experimental'?"),
    ("tags: [x]", "remaining tag; write them as "), ("references: x", "; write it as a list"), ("related: [{id: x}]", "; give each an `id` and a `type`"),
    ("level: 5", "")])
def test_places(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "r.yml").write_text(GOOD + line + "\n")
    [(document, lines)] = yaml.load_all(tmp_path / "r.yml")
    with pytest.raises(ConfigError) as error:
        judge.correlation(document, lines)
    assert told in str(error.value)


@pytest.mark.parametrize("judged", [judge.detection, judge.correlation])
def test_related_rules_need_no_uuids(judged: Callable[[dict[str, Any], yaml.Lines], object], tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD + "logsource: {category: llm}\nrelated: [{id: the other rule, type: similar}]\n")
    [(document, lines)] = yaml.load_all(tmp_path / "r.yml")
    judged(document, lines)
    assert document["related"] == [{"id": "the other rule", "type": "similar"}]


def test_the_correlation_itself_is_none_of_its_business(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD)
    [(document, lines)] = yaml.load_all(tmp_path / "r.yml")
    judge.correlation(document, lines)
