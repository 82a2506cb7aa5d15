"""Numbers of passports, driving licences and medical records: what is printed on paper that a person carries."""

from __future__ import annotations

import re

from sentinel.detectors._checks.candidate import Candidate, Check

_SIGNS = re.compile(r"[ \-./]")
# One number by its country's form: letters and digits as they are issued (ICAO 9303 allows nine characters).
_PASSPORT = re.compile(
    r"\d{7,9}|[A-Z]\d{6,8}|[A-Z]{2}\d{6,7}|[A-Z]{3}\d{6}"       # US GB CA AU IN CN JP KR BR PL IT ES ...
    r"|\d{2}[A-Z]{2}\d{5}"                                      # France
    r"|[CFGHJKLMNPRTVWXYZ](?=[A-Z0-9]*\d)[CFGHJKLMNPRTVWXYZ0-9]{8}"  # Germany
    r"|[A-Z]{2}[A-Z0-9]{6}\d|E[A-Z]\d{7}|[A-Z]\d{7}[A-Z]|\d{10}|[A-Z]\d{2}[A-Z]\d{5}|[A-Z]\d[A-Z0-9]{6}\d?")
_ZEROS = re.compile(r"(.)\1*")
_VALUES = {**{str(n): n for n in range(10)}, **{chr(ord("A") + n): 10 + n for n in range(26)}, "<": 0}


def passport(found: Candidate) -> bool:
    """Of the form of some country's passport numbers, and not typed for a manual."""
    number = _SIGNS.sub("", found.value).upper()
    return bool(_PASSPORT.fullmatch(number)) and _not_typed(number) and _ends(found)


def _not_typed(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return len(digits) < 4 or not (_ZEROS.fullmatch(digits) or (digits in "01234567890" * 2 and len(digits) > 8))


def _ends(found: Candidate) -> bool:
    """No letters, digits or what belongs to a longer number go on behind."""
    return not re.match(r"\w|[.\-/:]\d|%|[ ]?(?:EUR|USD|GBP|€|\$|£|people|pages|requests|applications|holders|days|years|km|ms|MB|GB)\b", found.after(16))


def not_a_year(found: Candidate) -> bool:
    """No bare year, and more than a handful of digits that count something."""
    return not re.fullmatch(r"(?:19|20)\d\d|\d{1,3}", found.value) and _ends(found)


def mrz(found: Candidate) -> bool:
    """The second line of a passport's machine-readable zone: three check digits of its parts and one over all (ICAO 9303-4)."""
    line = found.value.splitlines()[-1].strip()
    parts = ((line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]), (line[28:42], line[42]),
             (line[:10] + line[13:20] + line[21:43], line[43]))
    return all(_mrz_digit(part) == digit or (digit == "<" and not part.strip("<")) for part, digit in parts)


def _mrz_digit(part: str) -> str:
    return str(sum(_VALUES[letter] * (7, 3, 1)[at % 3] for at, letter in enumerate(part)) % 10)


# By state: the letters and digits of a licence's number (AAMVA's list). What several have in common stands once.
_US_LICENCE = re.compile(
    r"\d{7,10}|\d{12}|\d{14}"
    r"|[A-Z]\d{4,9}|[A-Z]\d{11,14}|[A-Z]{2}\d{3,7}|[A-Z]\d{3}[A-Z]\d{5}"
    r"|[A-Z]{3}\d{6}|[A-Z]{3}\*\*[A-Z]{2}\d{3}[A-Z]|[A-Z]{1,7}[A-Z0-9*]{4,11}\d[A-Z0-9]{2,3}"
    r"|\d{2}[A-Z]{3}\d{5,6}|\d{3}[A-Z]{2}\d{4}|\d{7}[A-Z]|\d{9}[A-Z]|[A-Z]{2}\d{6}[A-Z]|[A-Z]\d[A-Z]\d[A-Z]|H\d{8}|V\d{6,7}|\d{3}[A-Z]\d{5}")


def us_licence(found: Candidate) -> bool:
    """Of the form of some state's driving licences."""
    number = _SIGNS.sub("", found.value).upper()
    return bool(_US_LICENCE.fullmatch(number)) and sum(c.isdigit() for c in number) >= 3 and _not_typed(number) and not_a_year(found)


def uk_licence(found: Candidate) -> bool:
    """A British driver number: surname, year and month of birth (women: month + 50), day, initials; not part of a longer code."""
    number = found.value.replace(" ", "").upper()
    return number[:5].strip("9").isalpha() and int(number[6:8]) % 50 in range(1, 13) and 1 <= int(number[8:10]) <= 31 and _ends(found)


def record_number(found: Candidate) -> bool:
    """Some digits, perhaps behind letters; no year, date or measure."""
    digits = sum(c.isdigit() for c in found.value)
    return digits >= 4 and not_a_year(found) and not re.fullmatch(r"\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", found.value)


ALL: tuple[Check, ...] = (passport, mrz, us_licence, uk_licence, record_number, not_a_year)
