"""Dates, in the notations of many languages."""

from __future__ import annotations

import re

from sentinel.detectors._checks.candidate import Candidate, Check

_NUMBERS = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W\d_]{3,}")
# The first letters of the months' names, folded; what is longer must go on as the name does, so four decide.
_MONTHS = frozenset(re.findall(r"\S+", """
jan janu feb febr mar marc mär märz mrz apr apri may mai mei jun june juni jul july juli aug augu sep sept oct octo
okt okto nov nove dec dece
dez deze
fév févr fevr avr avri juin juil aoû août aout déc déce
ene ener abr abri mayo agos ago dic dici
gen genn feb febb magg mag giu giug lug lugl ott otto set sett
fever maio maiç out outu dez feve març mars
maa maar
sty styc lut luty mar kwi kwie maj cze czer lip lipi sie sier wrz wrze paź paźd lis list gru grud
янв янва фев февр мар март апр апре май мая июн июня июль июля июл авг авгу сен сент окт октя ноя нояб дек дека
oca ocak şub şuba nis nisa haz hazi tem temm ağu ağus eyl eylü eki ekim kas kası ara aral
tam tammi hel helm touk kesä hein elok syys loka marr joul
maj juni juli augu sept okto nove dece aprí máju júni júli
"""))
_FILLERS = frozenset(("del", "the", "den"))
# No clock here: a year beyond this is no one's yet.
_FIRST_YEAR, _LAST_YEAR = 1900, 2030


def birth_date(found: Candidate) -> bool:
    """A day that exists in some order of day, month and year, in a year in which someone alive or on file was born."""
    value = found.value
    numbers = _NUMBERS.findall(value)
    if len(numbers) == 1 and len(numbers[0]) == 8:
        packed = numbers[0]
        return _plausible([packed[:4], packed[4:6], packed[6:]]) or _plausible([packed[4:], packed[:2], packed[2:4]])
    words = [word.lower() for word in _WORDS.findall(value) if word.lower() not in _FILLERS]
    if len(numbers) == 2:
        return len(words) == 1 and (words[0][:4] in _MONTHS or words[0][:3] in _MONTHS) and _plausible([numbers[0], "1", numbers[1]])
    return len(numbers) == 3 and _plausible(numbers)


def _plausible(numbers: list[str]) -> bool:
    long = [number for number in numbers if len(number) == 4]
    if len(long) > 1 or any(len(number) == 3 or len(number) > 4 for number in numbers):
        return False
    if long:
        small = [int(number) for number in numbers if len(number) < 3]
        return _FIRST_YEAR <= int(long[0]) <= _LAST_YEAR and _day_and_month(small)
    # A year of two digits stands first or last.
    values = [int(number) for number in numbers]
    return _day_and_month(values[:2]) or _day_and_month(values[1:])


def _day_and_month(pair: list[int]) -> bool:
    return len(pair) == 2 and 1 <= min(pair) <= 12 and 1 <= max(pair) <= 31


ALL: tuple[Check, ...] = (birth_date,)
