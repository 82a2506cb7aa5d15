from pathlib import Path

from sentinel.operational.kinds import KINDS
from sentinel.records.alert import LEVELS

ROOT = Path(__file__).parents[2]


def test_every_kind_has_a_level_and_a_run_book_that_is_there() -> None:
    for name, kind in KINDS.items():
        assert kind.rule == f"sentinel.operational.{name}"
        assert kind.level in LEVELS
        assert (ROOT / kind.runbook).is_file()


def test_the_docs_list_them_all() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    assert [name for name, kind in KINDS.items() if f"| `{name}` | {kind.level} |" not in page] == []
