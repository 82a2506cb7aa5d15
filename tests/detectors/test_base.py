from sentinel.detectors._base import by_side, texts
from sentinel.records.finding import Finding
from tests.make import event


def test_detectors_read_strings_and_lists_but_not_our_own_conclusions() -> None:
    one = event({"gen_ai.prompt": "p", "gen_ai.tool.name": ["a", 1, "b"], "n": 1, "source.ip": "203.0.113.7",
                 "sentinel.key.alias": "k", "sentinel.prompt.pii.types": ["EMAIL"]})
    assert texts(one) == [("gen_ai.prompt", "p"), ("gen_ai.tool.name", "a\nb"), ("sentinel.key.alias", "k")]


def test_a_side_for_every_field_but_those_of_principals() -> None:
    fields = ["gen_ai.prompt", "gen_ai.tool.call.result", "gen_ai.completion", "url.query", "user.id", "user.email"]
    sides = by_side(Finding("X", field, 0, 1, 1.0) for field in fields)
    assert {side: [f.field for f in found] for side, found in sides.items()} == {
        "prompt": ["gen_ai.prompt", "gen_ai.tool.call.result"], "completion": ["gen_ai.completion"], "request": ["url.query"]}
