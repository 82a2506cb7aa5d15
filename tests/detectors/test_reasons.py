from __future__ import annotations

import pytest

from tests.detectors.test_catalogue import inspector


def why(text: str) -> dict[str, list[str]]:
    spans = inspector().inspect(text).spans
    return {span.type: reasons for span, reasons in zip(spans, inspector().reasons(text, spans), strict=True)}


@pytest.mark.parametrize(("text", "type_", "said"), [
    ("card 4111 1111 1111 1111", "CREDIT_CARD", ["form 1 of", "Luhn", "Written as on the card", "for it: the word 'card' in front"]),
    ("name,ssn\nAl,536221947\nBo,536 22 1948", "US_SSN", ["form 2 of", "can have been issued", "the word 'ssn' heading"]),
    ("date of birth: 3 May 1970", "DATE_OF_BIRTH", ["the label 'date of birth'"]),
    ("a@example.com, b@example.com, c@example.com, d@example.com", "EMAIL", ["one of 4 in a list"]),
], ids=["checks", "heading", "label", "list"])
def test_a_finding_says_form_checks_word_and_list(text: str, type_: str, said: list[str]) -> None:
    reasons = "; ".join(why(text)[type_])
    assert [part for part in said if part not in reasons] == [], reasons


def test_what_is_no_entry_s_has_no_reasons() -> None:
    assert why("nothing at all") == {}
