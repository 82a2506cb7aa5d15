"""Numbers by which a state knows a person: where they stand, and their check digits (python-stdnum).

A check digit alone says little: every tenth row of digits has one. How much it is worth is the catalogue's to say.
"""

from __future__ import annotations

import importlib
from functools import cache, lru_cache
from typing import Any

from sentinel.detectors._checks.candidate import Candidate, Check, digits_of

# Our name -> stdnum's module, which knows length, check digits and birthdays.
_NUMBERS = {
    "nhs": "gb.nhs", "idnr": "de.idnr", "nir": "fr.nir", "dni": "es.dni", "nie": "es.nie", "codice_fiscale": "it.codicefiscale",
    "pesel": "pl.pesel", "bsn": "nl.bsn", "personnummer": "se.personnummer", "aadhaar": "in_.aadhaar", "pan": "in_.pan",
    "cpf": "br.cpf", "cnpj": "br.cnpj", "tfn": "au.tfn", "sin": "ca.sin", "my_number": "jp.in_", "rrn": "kr.rrn", "hetu": "fi.hetu",
    "cpr": "dk.cpr", "fodselsnummer": "no.fodselsnummer", "ahv": "ch.ssn", "rijksregister": "be.nn", "contribuinte": "pt.nif",
    "vnr": "at.vnr", "tckn": "tr.tckimlik", "curp": "mx.curp", "rfc": "mx.rfc", "za_id": "za.idnr", "itin": "us.itin", "ein": "us.ein",
    "rodne_cislo": "cz.rc", "cnp": "ro.cnp", "oib": "hr.oib", "egn": "bg.egn", "amka": "gr.amka", "isikukood": "ee.ik", "pps": "ie.pps",
    "teudat_zehut": "il.idnr", "thai_id": "th.pin", "mykad": "my.nric", "rut": "cl.rut", "cuit": "ar.cuit", "resident_id": "cn.ric",
    "utr": "gb.utr", "kennitala": "is_.kennitala",
}


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"stdnum.{name}")


# A number in groups is asked about twice: as written so, and as digits that a word speaks for.
@lru_cache(maxsize=1024)
def _valid(module: str, number: str) -> bool:
    return bool(_module(module).is_valid(number))


def alone(found: Candidate) -> bool:
    """Not a piece of something longer: a decimal, a sum of money, a UUID, a number in more groups."""
    text, start, end = found.text, found.start, found.end
    before, after = text[max(0, start - 2):start], text[end:end + 4]
    if before:
        last = before[-1]
        if last in "+$€£" or (last in "-./" and before[0].isdigit()):
            return False
        if last == " " and before[0].isdigit() and " " in found.value:
            return False
    if after:
        first = after[0]
        if first == "%" or (first in "-./" and after[1:2].isalnum() and (first != "." or after[1:2].isdigit())):
            return False
        if first == " " and after[1:].isdigit() and len(after) == 4 and " " in found.value:
            return False
    return True


def _numbered(name: str, module: str) -> Check:
    def check(found: Candidate) -> bool:
        value = found.value.replace(" ", "").replace(".", "")
        return alone(found) and not _typed(value) and _valid(module, value)

    check.__name__, check.__doc__ = name, f"Stands alone and is what `stdnum.{module}` takes for valid."
    return check


def _typed(value: str) -> bool:
    """000000000, 123456789 and the like: typed by someone who needed a number."""
    digits = digits_of(value)
    return len(digits) > 6 and (len(set(digits)) < 2 or digits in "01234567890123456789")


def ssn(found: Candidate) -> bool:
    """A US social security number that can have been issued (never 000, 666 or 9xx, no group 00, no serial 0000)."""
    number = digits_of(found.value)
    area, group, serial = number[:3], number[3:5], number[5:]
    if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000" or len(set(number)) < 2:
        return False
    return alone(found)


def no_sequence(found: Candidate) -> bool:
    """Not 123-45-6789 and its like."""
    return digits_of(found.value) not in "01234567890123456789" and digits_of(found.value) not in "9876543210987654321"


_NEVER_ISSUED = frozenset(("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"))


def nino(found: Candidate) -> bool:
    """A UK national insurance number: a prefix that is issued. It has no check digit."""
    value = found.value.replace(" ", "").replace("-", "").upper()
    return value[:2] not in _NEVER_ISSUED and alone(found) and not _typed(value)


def nric(found: Candidate) -> bool:
    """A Singapore NRIC or FIN by its last letter."""
    value = found.value.upper()
    total = sum(weight * int(digit) for weight, digit in zip((2, 7, 6, 5, 4, 3, 2), value[1:8], strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(value[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(value[0], "XWUTRQPNMLK")
    place = 10 - total % 11 if value[0] == "M" else total % 11
    return letters[place] == value[8] and alone(found) and not _typed(value)


def medicare(found: Candidate) -> bool:
    """An Australian Medicare number: weighted sum of eight digits, and the issue number behind."""
    digits = digits_of(found.value)
    total = sum(weight * int(digit) for weight, digit in zip((1, 3, 7, 9, 1, 3, 7, 9), digits[:8], strict=True))
    return total % 10 == int(digits[8]) and digits[9] != "0" and alone(found) and not _typed(digits)


def hkid(found: Candidate) -> bool:
    """A Hong Kong identity card by its check digit in brackets."""
    value = "".join(c for c in found.value.upper() if c.isalnum()).rjust(9)
    total = sum(weight * (36 if c == " " else int(c, 36)) for weight, c in zip(range(9, 1, -1), value[:8], strict=True))
    return "0123456789A"[-total % 11] == value[8]


_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def taiwan_id(found: Candidate) -> bool:
    """A Taiwanese national or resident id by its weighted sum."""
    value = found.value.upper()
    digits = f"{_TAIWAN.index(value[0]) + 10}{value[1:]}"
    total = sum(weight * int(digit) for weight, digit in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), digits, strict=True))
    return total % 10 == 0 and alone(found) and not _typed(value)


def born(found: Candidate) -> bool:
    """Begins with a birthday as YYMMDD; for numbers whose newest issues have no check digit (Korea since 2020)."""
    digits = digits_of(found.value)
    return 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) <= 31 and alone(found)


ALL: tuple[Check, ...] = (ssn, no_sequence, nino, nric, medicare, hkid, taiwan_id, born,
                          *(_numbered(name, module) for name, module in _NUMBERS.items()))
