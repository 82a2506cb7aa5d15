"""Telephone numbers, by the numbering plans that libphonenumber knows."""

from __future__ import annotations

import re

from sentinel.detectors._checks import plans
from sentinel.detectors._checks.candidate import Candidate, Check, digits_of


def _international(value: str) -> bool:
    number = digits_of(_EXTENSION.split(value)[0].replace("(0)", ""))
    number = number.removeprefix("00") if value.startswith("00") else number
    # Numbers set aside for fiction (+1 555) have no owner, but a reader takes them for one.
    return plans.international(number) or (len(number) == 11 and number[0] == "1" and number[1] in "23456789")


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
    number = digits_of(found.value)
    return 7 <= len(number) <= 13 and (_american(found.value) or bool(_LOCAL.fullmatch(found.value)) or bool(plans.national(number)))


_LOCAL = re.compile(r"[2-9]\d{2}[.\- ]\d{4}")


def _written_nationally(value: str) -> bool:
    import phonenumbers

    plain = _SIGNS.sub(" ", value)
    for region in plans.national(digits_of(value)):
        number = phonenumbers.parse(value, region)
        if _SIGNS.sub(" ", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)) == plain:
            return True
    return False


_SIGNS = re.compile(r"[^\d ]")


def phone_national(found: Candidate) -> bool:
    """A number that is valid in one of the countries looked at."""
    number = digits_of(found.value)
    return len(number) >= 7 and not _digits_go_on(found) and bool(plans.national(number))


def phone_written(found: Candidate) -> bool:
    """... and grouped as that country groups it."""
    return _written_nationally(found.value)


def _digits_go_on(found: Candidate) -> bool:
    # A plus begins a number, whatever stands in front: lists of numbers have only blanks between them.
    before = found.before(2)
    front = _FRONT_OF_PLUS if found.text[found.start] == "+" else _FRONT
    return bool((front.search(before) and not _LABEL.search(before)) or _BEHIND.match(found.text, found.end))


_FRONT_OF_PLUS = re.compile(r"[\w.+\-/#]\Z")
_FRONT = re.compile(r"[\w.+\-/=#]\Z|\d[ ]\Z")
_BEHIND = re.compile(r"[\-/:_]?\w|\.\d|[ ]\d{3}|@")


# `tel=`, `phone:`; a sign that belongs to the text around the number.
_LABEL = re.compile(r"[^\d]=\Z")

ALL: tuple[Check, ...] = (phone_international, phone_us, phone_national, phone_written, phone_bare)
