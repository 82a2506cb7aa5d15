import time

import pytest

from sentinel.detectors._context import AGAINST, FOR, Context, ContextText
from sentinel.detectors._tables import Tables

SSN, NHS, CARD = range(3)
CONTEXT = Context([ContextText(for_=["ssn", "tax id"], against=["id", "~date"]), ContextText(for_=["nhs number", "nhs", "nº cartão"]),
                   ContextText(against=["order"])])


def weighed(text: str, value: str, entry: int = SSN) -> float:
    at = text.rindex(value)
    return CONTEXT.around([text], Tables()).weigh(0, at, at + len(value), entry)


@pytest.mark.parametrize("text", [
    "SSN: 17", '{"ssn": "17"}', "ssn=17", "the SSN is 17", "Tax ID 17", "tax_id: 17", "customerTaxId: 17", "taxIdValue=17", "TAX-ID: 17",
    "ssn2: 17", "nhs ssn: 17", "17 (SSN)", "17 is my ssn", "name,ssn\nAnn,17", '{"type": "ssn", "value": "17"}', "SSNs:\n- Bob: 17", "| field | value |\n|---|---|\n| SSN | 17 |",
    "SSN (on file since 2011): 17", "the SSN, as he said: 17", "What is the SSN?\nBob: 17", "SSNs\nSSN: 15\n- 16\n- 17", "ssn 15, 16, 17"])
def test_words_that_speak_for_a_value(text: str) -> None:
    assert weighed(text, "17") == pytest.approx(FOR, abs=0.06)


@pytest.mark.parametrize("text", ["17", "lessn 17", "Identity 17", "17, ssn: 4", "17\nSSN", "ssn" + " " * 50 + "17", "cartão 17", "nhs: 17", "ssn: 15\nBox 12: 17", "ssn=15&n=17",
    '{"ssn": "15", "total": 17}', "SSN 15. Units: 17", "ssn,n\n15,17"])
def test_words_that_say_nothing_of_it(text: str) -> None:
    assert weighed(text, "17") == 0.0


def test_the_nearest_word_decides_and_of_two_that_end_together_the_longest() -> None:
    assert weighed("ssn 15 id 17", "17") == AGAINST
    assert weighed("order id, tax id 17", "17") > 0 > weighed("order 17", "17", CARD)
    assert weighed("ssn, nhs 17", "17", NHS) > weighed("ssn, nhs 17", "17", SSN) > 0


def test_a_word_may_take_the_label_away_and_no_more() -> None:
    assert weighed("ssn 15, date 17", "17") == 0.0


def test_letters_beyond_ascii() -> None:
    assert weighed("Nº Cartão: 17", "17", NHS) > 0


def test_a_heading_speaks_louder_than_the_cell_beside() -> None:
    assert weighed("ssn,id\nssn,17", "17") == AGAINST


def test_many_places_in_a_long_text_take_linear_time() -> None:
    text = "ssn 17 id " * 50_000
    around = CONTEXT.around([text], Tables())
    began = time.process_time()
    for at in range(4, len(text), 100):
        around.weigh(0, at, at + 2, SSN)
    assert time.process_time() - began < 2


def test_an_id_right_behind_a_label_is_its() -> None:
    context = Context([ContextText(for_=["aadhaar", "call"], against=["~id", "~count"])])

    def said(text: str) -> float:
        return context.around([text], Tables()).weigh(0, len(text) - 2, len(text), 0)

    assert said("Aadhaar ID: 17") > 0 and said("aadhaar_id=17") > 0
    assert said("ID: 17") == 0 == said("call_count=17")
