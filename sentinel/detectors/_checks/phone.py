"""Telephone numbers, by the numbering plans that libphonenumber knows."""

from __future__ import annotations

import re
from functools import lru_cache

from sentinel.detectors._checks.candidate import Candidate, Check, digits_of

# Where a number without a country code may be from; the format must then be that country's own, letter by letter.
_REGIONS = ("US", "GB", "FR", "DE", "ES", "IT", "NL", "CH", "AT", "BE", "AU", "IN", "BR", "JP", "SE", "PL", "IE", "ZA")


@lru_cache(maxsize=4096)
def _international(value: str) -> bool:
    import phonenumbers

    text = digits_of(_EXTENSION.split(value)[0].replace("(0)", ""))
    text = "+" + (text.removeprefix("00") if value.startswith("00") else text)
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number)) or (
        # Numbers set aside for fiction (+1 555) have no owner, but a reader takes them for one.
        number.country_code == 1 and bool(re.fullmatch(r"[2-9]\d{9}", str(number.national_number))))


def phone_international(found: Candidate) -> bool:
    """A number with its country code that the country's numbering plan knows."""
    return not _digits_go_on(found) and _international(found.value)


def phone_us(found: Candidate) -> bool:
    """A North American number: three, three, four digits, written as people write them."""
    return _american(found.value) and not _digits_go_on(found)


def _american(value: str) -> bool:
    number = digits_of(_EXTENSION.split(value)[0])
    number = number[1:] if len(number) == 11 and number[0] == "1" else number
    return bool(re.fullmatch(r"[2-9]\d{2}[2-9]\d{6}", number)) and len(set(number)) > 2


_EXTENSION = re.compile(r"[ ]?(?:x|ext)")


def phone_bare(found: Candidate) -> bool:
    """Digits that can be a number somewhere, or the seven of a local call; the words around it must say so."""
    if _digits_go_on(found):
        return False
    return _american(found.value) or bool(_LOCAL.fullmatch(found.value)) or (
        7 <= len(digits_of(found.value)) <= 13 and _national(found.value))


_LOCAL = re.compile(r"[2-9]\d{2}[.\- ]\d{4}")


@lru_cache(maxsize=4096)
def _national(value: str) -> bool:
    import phonenumbers

    for region in _REGIONS:
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number_for_region(number, region):
            return True
    return False


@lru_cache(maxsize=4096)
def _written_nationally(value: str) -> bool:
    import phonenumbers

    plain = re.sub(r"[^\d ]", " ", value)
    for region in _REGIONS:
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        if phonenumbers.is_valid_number_for_region(number, region) and re.sub(r"[^\d ]", " ", written) == plain:
            return True
    return False


def phone_national(found: Candidate) -> bool:
    """A number that is valid in one of the countries looked at."""
    return not _digits_go_on(found) and _national(found.value)


def phone_written(found: Candidate) -> bool:
    """... and grouped as that country groups it."""
    return _written_nationally(found.value)


def _digits_go_on(found: Candidate) -> bool:
    # A plus begins a number, whatever stands in front: lists of numbers have only blanks between them.
    front = r"[\w.+\-/=#]\Z" if found.text[found.start] == "+" else r"[\w.+\-/=#]\Z|\d[ ]\Z"
    return bool((re.search(front, found.before(2)) and not _LABEL.search(found.before(2)))
                or re.match(r"[\-/:_]?\w|\.\d|[ ]\d{3}|@", found.after(4)))


# `tel=`, `phone:`; a sign that belongs to the text around the number.
_LABEL = re.compile(r"[^\d]=\Z")

ALL: tuple[Check, ...] = (phone_international, phone_us, phone_national, phone_written, phone_bare)
