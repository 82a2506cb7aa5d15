from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.cli.schema import Kind
from tests.cli.conftest import Sentinel

SHIPPED = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("kind", Kind)
def test_what_is_shipped_is_in_step(sentinel: Sentinel, kind: Kind) -> None:
    ran = sentinel("schema", kind.value)
    assert ran.code == 0
    shipped = SHIPPED / f"{kind.value}.schema.json"
    assert shipped.read_text("utf-8") == ran.out, f"run: sentinel schema {kind.value} > docs/schemas/{kind.value}.schema.json"
    assert json.loads(ran.out)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_a_kind_that_there_is_not(sentinel: Sentinel) -> None:
    ran = sentinel("schema", "rulez")
    assert ran.code == 2 and "rule" in ran.err


def test_actions_of_ones_own_are_known(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "sentinel.yaml").write_text("sources: [{name: a, paths: [/tmp/a]}]\nplaybooks: {recipes: [mine]}\n")
    (tmp_path / "mine").mkdir()
    shipped = (SHIPPED.parents[1] / "sentinel" / "actions" / "recipes" / "litellm.yaml").read_text("utf-8")
    (tmp_path / "mine" / "gateway.yaml").write_text(shipped.replace("service: litellm", "service: gateway"))
    ran = sentinel("schema", "playbook", "-c", "sentinel.yaml")
    assert "gateway.block_key" in json.loads(ran.out)["$defs"]["StepText"]["properties"]["uses"]["enum"]
    assert "gateway" not in sentinel("schema", "playbook").out
