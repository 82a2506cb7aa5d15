import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.evidence.quoting import Quoting
from sentinel.evidence.redact import Redactor
from sentinel.records.finding import Finding

REDACTOR = Redactor(b"k" * 32)
MAIL = "alice@example.com"
PROMPT = "gen_ai.prompt"
CARD = "4111111111111111"


@pytest.mark.parametrize("text", [
    f'{{"card": {CARD}, "n": 2}}', f'{{"cards": [{CARD}, 7, {CARD}]}}', f'{{"said": "it is {CARD}."}}', f'[{{"a":{CARD}}}]',
    json.dumps({"arguments": json.dumps({"card": int(CARD), "deeper": json.dumps({"card": int(CARD)})})}),
])
def test_json_stays_json(text: str) -> None:
    places = [match.span() for match in re.finditer(CARD, text)]
    safe = REDACTOR.text(text, [Finding("CREDIT_CARD", PROMPT, start, end, 0.9) for start, end in places])
    read = json.loads(safe)
    while isinstance(read, dict) and "arguments" in read:
        read = json.loads(read["arguments"])
    assert CARD not in safe and safe.count("<CREDIT_CARD:") == len(places)
    if isinstance(read, dict) and "deeper" in read:
        assert json.loads(read["deeper"]) == {"card": REDACTOR.pseudonym("CREDIT_CARD", CARD)}


def test_tables_and_prose_get_no_quotation_marks() -> None:
    for text in (f"a,{CARD},b\nc,{CARD},d", f"| card | {CARD} |", f"card: {CARD}, thanks"):
        safe = REDACTOR.text(text, [Finding("CREDIT_CARD", PROMPT, *match.span(), 0.9) for match in re.finditer(CARD, text)])
        assert safe == text.replace(CARD, REDACTOR.pseudonym("CREDIT_CARD", CARD))


_LEAVES = st.sampled_from([CARD, int(CARD), MAIL, f"to {MAIL}, \"now\"\n", 7, 1.5, None, True, "x"])


@given(st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)),
       st.sampled_from([None, 2]), st.booleans())
def test_any_json_stays_json_and_keeps_its_form(document: object, indent: int | None, nested: bool) -> None:
    text = json.dumps({"root": json.dumps(document) if nested else document}, indent=indent)
    findings = [Finding("CREDIT_CARD" if match[0] == CARD else "EMAIL", PROMPT, *match.span(), 0.9)
                for match in re.finditer(f"{CARD}|{re.escape(MAIL)}", text)]
    safe = REDACTOR.text(text, findings)
    assert CARD not in safe and MAIL not in safe
    read = json.loads(safe)["root"]
    assert _form(json.loads(read) if nested else read) == _form(document)


def _form(value: object) -> object:
    if isinstance(value, dict):
        return [_form(inner) for inner in value.values()]
    return [_form(inner) for inner in value] if isinstance(value, list) else None


def test_a_long_line_of_numbers_is_read_once() -> None:
    text = '{"a": "x", "n": [' + f"{CARD}, " * 20_000 + "1]}"
    quoting = Quoting(text)
    assert all(quoting.mark(*match.span()) == '"' for match in re.finditer(CARD, text))
