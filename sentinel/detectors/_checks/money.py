"""Payment cards and bank accounts."""

from __future__ import annotations

import re

from sentinel.detectors._checks.candidate import Candidate, Check, digits_of

# Issuer ranges and the lengths they issue (ISO/IEC 7812 and the networks' own pages).
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"                                              # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"    # Mastercard
    r"|3[47]\d{13}"                                                           # American Express
    r"|(?:6011|65\d{2}|64[4-9]\d)\d{12}(?:\d{3})?|622\d{13}"                  # Discover, with UnionPay's shared range
    r"|62\d{14,17}|81\d{14}"                                                  # UnionPay
    r"|35(?:2[89]|[3-8]\d)\d{12}"                                             # JCB
    r"|3(?:0[0-5]|09|[689]\d)\d{11}"                                          # Diners Club
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}|220[0-4]\d{12}|(?:60|65|81|82|508)\d{13,14}")


def card(found: Candidate) -> bool:
    """A card number: an issuer's range and length, and Luhn's check digit; not part of a longer number."""
    from stdnum import luhn

    number = digits_of(found.value)
    if len(set(number)) < 2 or _part_of_number(found):
        return False
    return bool(_ISSUERS.fullmatch(number)) and bool(luhn.is_valid(number))


def grouped(found: Candidate) -> bool:
    """Written as on the card: 4-4-4-4, 4-6-5 or 4-6-4, with one kind of separator."""
    separators = set(_SEPARATORS.findall(found.value))
    return len(separators) == 1 and bool(_CARD_GROUPS.fullmatch(found.value))


_SEPARATORS = re.compile(r"[ \-]")
_CARD_GROUPS = re.compile(r"\d{4}[ \-]\d{4}[ \-]\d{4}[ \-]\d{4}(?:[ \-]\d{1,3})?|\d{4}[ \-]\d{6}[ \-]\d{4,5}")


def _part_of_number(found: Candidate) -> bool:
    """Whether digits go on before or behind, past one separator: then the candidate is a piece of something else."""
    return bool(re.search(r"\w\Z|[\d.][.\-_/]\Z", found.before(2))
                or re.match(r"[.\-_/]?\d|\w|[ ](?!20[2-4]\d)\d{4}\b", found.after(5)))


def iban(found: Candidate) -> bool:
    """An IBAN by its country's structure and ISO 7064 mod 97-10."""
    from stdnum import iban as numbers

    # Without its own country module's bank checks: banks' lists age, and a leak is one however old its bank is.
    return bool(numbers.is_valid(found.value, check_country=False))


def bank(found: Candidate) -> bool:
    """A BIC by its country (ISO 9362: four letters of the bank, two of the country)."""
    from phonenumbers import SUPPORTED_REGIONS

    return found.value[4:6] in SUPPORTED_REGIONS


ALL: tuple[Check, ...] = (card, grouped, iban, bank)
