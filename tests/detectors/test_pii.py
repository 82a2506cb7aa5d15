from typing import Any

from sentinel.detectors.pii import Pii
from sentinel.evidence.redact import Redactor
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from tests.detectors.test_baseline import Memory
from tests.make import event

REDACTOR = Redactor(b"k" * 32)
DETECTOR = Pii(REDACTOR.pseudonym)
ALL = frozenset(range(len(DETECTOR.patterns)))


def inspected(fields: dict[str, Any]) -> tuple[Event, list[Finding]]:
    one = event(fields)
    return one, DETECTOR.inspect(one, ALL, Memory())


def test_what_stands_in_prompt_and_completion_is_told_apart() -> None:
    one, findings = inspected({
        "gen_ai.prompt": "who is alice@example.com?",
        "gen_ai.completion": "a@example.org, b@example.org, A@example.org; card 4111 1111 1111 1111",
        "url.query": "m=carol%40example.com"})
    got = {name: value for name, value in one.fields.items() if name.startswith("sentinel.")}
    assert got == {
        "sentinel.prompt.pii.types": ["EMAIL"], "sentinel.prompt.pii.count": 1, "sentinel.prompt.pii.persons": 1,
        "sentinel.prompt.pii.subjects": [REDACTOR.pseudonym("EMAIL", "alice@example.com")],
        "sentinel.completion.pii.types": ["CREDIT_CARD", "EMAIL"], "sentinel.completion.pii.count": 4,
        "sentinel.completion.pii.persons": 2,
        "sentinel.completion.pii.subjects": sorted(REDACTOR.pseudonym(t, v) for t, v in (
            ("EMAIL", "a@example.org"), ("EMAIL", "b@example.org"), ("CREDIT_CARD", "4111111111111111"))),
        "sentinel.request.pii.types": ["EMAIL"]}
    assert got.keys() <= Pii.fields.keys()
    assert {(f.type, one.fields[f.field][f.start:f.end]) for f in findings} >= {("EMAIL", "carol%40example.com")}


def test_a_tool_result_that_the_prompt_holds_is_counted_once() -> None:
    one, findings = inspected({"gen_ai.prompt": "x a@example.org", "gen_ai.tool.call.result": ["y", "a@example.org"]})
    assert one.fields["sentinel.prompt.pii.count"] == 1
    assert [(f.field, f.start, f.end) for f in findings] == [("gen_ai.prompt", 2, 15), ("gen_ai.tool.call.result", 2, 15)]


def test_a_principals_own_address_is_hidden_and_no_leak() -> None:
    one, findings = inspected({"user.id": "bob@example.com", "sentinel.key.alias": "eve@example.com"})
    assert {f.field for f in findings} == {"user.id", "sentinel.key.alias"}
    assert not [name for name in one.fields if ".pii." in name]
    assert "@" not in str(REDACTOR.fields(one, findings))


def test_subjects_are_bounded() -> None:
    one, _ = inspected({"gen_ai.completion": " ".join(f"u{i}@example.org" for i in range(300))})
    assert len(one.fields["sentinel.completion.pii.subjects"]) == 200
    assert one.fields["sentinel.completion.pii.persons"] == 300


def test_a_text_with_too_much_in_it_is_hidden_whole() -> None:
    text = "a@example.org " * 30_000 + "last@example.org"
    one, findings = inspected({"gen_ai.prompt": text, "url.query": "q=z@example.org"})
    assert one.fields["sentinel.prompt.pii.types"] == ["EMAIL"] and one.fields["sentinel.request.pii.types"] == ["EMAIL"]
    assert "example.org" not in REDACTOR.text(text, [f for f in findings if f.field == "gen_ai.prompt"])


def test_values_in_json_strings_are_found() -> None:
    text = r'{"body": "Dear\nalice@example.com\n4111 1111 1111 1111\tok"}'
    _, findings = inspected({"gen_ai.tool.call.arguments": [text]})
    assert [text[f.start:f.end] for f in findings] == ["alice@example.com", "4111 1111 1111 1111"]


def test_lists_of_numbers_are_found_each() -> None:
    text = "+44 20 7946 0958 +49 30 901820 +33612345678"
    _, findings = inspected({"gen_ai.completion": text})
    assert [text[f.start:f.end] for f in findings] == ["+44 20 7946 0958", "+49 30 901820", "+33612345678"]
