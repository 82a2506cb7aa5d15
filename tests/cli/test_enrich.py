from __future__ import annotations

from sentinel.cli.enrich import Bench
from tests import make


def test_findings_are_added_and_each_case_begins_with_nothing_remembered() -> None:
    bench = Bench()

    def models(*names: str) -> list[bool]:
        add = bench.fresh()
        seen = []
        for number, name in enumerate(names):
            event = make.event({"sentinel.key.hash": make.KEY, "gen_ai.request.model": name, "event.outcome": "success",
                                "gen_ai.prompt": "mail ann.lee@example.com"}, at=make.NOW + number * 3600 * 10**9)
            add(event)
            assert event.fields["sentinel.prompt.pii.types"] == ["EMAIL"]
            seen.append("sentinel.baseline.model.new" in event.fields)
        return seen

    first = models(*["a"] * 60, "b")
    assert first[-1], "a model that this key never used"
    assert first == models(*["a"] * 60, "b"), "the second time, b would be known"
