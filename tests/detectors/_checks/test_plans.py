"""The plans against the library that they are taken from, which takes a hundred times as long."""

from __future__ import annotations

import random

import phonenumbers
import pytest

from sentinel.detectors._checks import plans

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_every_country_s_own_examples_are_in_its_plan(region: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            assert plans.international(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])


def test_drawn_digits_are_numbers_where_the_library_says_so() -> None:
    dice = random.Random(7)
    differ = 0
    for _ in range(500):
        digits = str(dice.randrange(10**7, 10**dice.randrange(8, 14)))
        number = phonenumbers.parse(f"+{digits}", None) if _parses(digits) else None
        differ += plans.international(digits) != (number is not None and phonenumbers.is_valid_number(number))
    assert differ <= 1  # carriers' codes in front of a number are no part of a plan


def _parses(digits: str) -> bool:
    try:
        phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return False
    return True


@pytest.mark.parametrize(("digits", "region"), [("02079460958", "GB"), ("030901820", "DE"), ("0612345678", "FR"), ("2125550123", "US"), ("612345678", "ES")])
def test_a_number_is_known_where_it_is_dialled_so(digits: str, region: str) -> None:
    assert region in plans.national(digits)


@pytest.mark.parametrize("digits", ["", "0", "1", "999", "00000000000", "123"])
def test_what_no_country_has(digits: str) -> None:
    assert not plans.international(digits)
    assert not plans.national(digits)
