import random

import pytest

from sentinel.detectors._checks import CHECKS, national
from sentinel.detectors._checks.candidate import Candidate
from tests.detectors import values
from tests.detectors._checks.place import whole

# Our check -> the name of its numbers in `values`, and how else they are written.
WRITTEN = {
    "nhs": ("nhs", "### ### ####"), "nino": ("nino", "## ## ## ## #"), "idnr": ("idnr", "## ### ### ###"), "nir": ("nir", "# ## ## ## ### ### ##"),
    "dni": ("nif", "########-#"), "nie": ("nie", "#-#######-#"), "codice_fiscale": ("codice", ""), "pesel": ("pesel", ""), "bsn": ("bsn", "####.##.###"),
    "personnummer": ("personnummer", "######-####"), "aadhaar": ("aadhaar", "#### #### ####"), "pan": ("pan", ""), "cpf": ("cpf", "###.###.###-##"),
    "cnpj": ("cnpj", "##.###.###/####-##"), "tfn": ("tfn", "### ### ###"), "medicare": ("medicare", "#### ##### #"), "sin": ("sin", "###-###-###"),
    "nric": ("nric", ""), "my_number": ("my_number", "#### #### ####"), "rrn": ("rrn", "######-#######"), "ssn": ("ssn", "###-##-####"),
    "itin": ("itin", "###-##-####"), "ein": ("ein", "##-#######"), "hkid": ("hkid", ""), "taiwan_id": ("tw_id", ""), "fodselsnummer": ("fnr", "###### #####"),
    "ahv": ("ahv", "###.####.####.##"), "rijksregister": ("nn", "##.##.##-###.##"), "hetu": ("hetu", ""), "rut": ("rut", "##.###.###-#")}


@pytest.mark.parametrize("check", WRITTEN)
def test_a_well_formed_number_passes_in_each_way_of_writing_it(check: str) -> None:
    name, mask = WRITTEN[check]
    dice = random.Random(check)
    for _ in range(10):
        value = values.draw(name, dice)
        assert CHECKS[check](whole(value)), value
        if mask:
            assert CHECKS[check](whole(values.written(value, mask))), value


@pytest.mark.parametrize("check", sorted(WRITTEN.keys() - {"nino", "ssn", "itin", "ein", "pan"}))
def test_a_wrong_digit_does_not(check: str) -> None:
    value = values.draw(WRITTEN[check][0], random.Random(check))
    digits = [i for i, c in enumerate(value) if c.isdigit()]
    at = digits[len(digits) // 2]
    wrong = [value[:at] + digit + value[at + 1:] for digit in "0123456789" if digit != value[at]]
    assert sum(CHECKS[check](whole(one)) for one in wrong) <= 3


@pytest.mark.parametrize(("number", "ok"), [
    ("536-22-1947", True), ("000-22-1947", False), ("666-22-1947", False), ("912-22-1947", False), ("536-00-1947", False),
    ("536-22-0000", False)])
def test_a_social_security_number_that_can_have_been_issued(number: str, ok: bool) -> None:
    assert national.ssn(whole(number)) is ok


@pytest.mark.parametrize(("text", "value", "ok"), [
    ("is 943 476 5919.", "943 476 5919", True), ("(9434765919)", "9434765919", True), ("a,9434765919,b", "9434765919", True),
    ("nhs/9434765919", "9434765919", True), ("0.9434765919", "9434765919", False), ("9434765919.5", "9434765919", False),
    ("+9434765919", "9434765919", False), ("$9434765919", "9434765919", False), ("9434765919-a1", "9434765919", False),
    ("12 943 476 5919", "943 476 5919", False), ("943 476 5919 123", "943 476 5919", False), ("9434765919%", "9434765919", False)])
def test_a_number_stands_alone(text: str, value: str, ok: bool) -> None:
    start = text.index(value)
    assert national.alone(Candidate(text, start, start + len(value))) is ok


def test_what_was_typed_because_a_number_was_needed() -> None:
    assert not CHECKS["cpf"](whole("111.111.111-11"))
    assert not CHECKS["bsn"](whole("000000000"))
    assert not national.no_sequence(whole("123-45-6789"))


def test_a_birthday_in_front() -> None:
    assert national.born(whole("901231-1234567")) and not national.born(whole("901331-1234567"))
