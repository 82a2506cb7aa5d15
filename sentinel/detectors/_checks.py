"""What a pattern cannot say: check digits, issuers, whether a token was drawn or typed. Catalogue entries name these.

In: a candidate. Out: whether it is one. Each is linear in the candidate's length, which the catalogue bounds.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple


class Candidate(NamedTuple):
    """A place where an entry's pattern matched: `text[start:end]`."""

    text: str
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.text[self.start:self.end]

    def before(self, most: int) -> str:
        return self.text[max(0, self.start - most):self.start]

    def after(self, most: int) -> str:
        return self.text[self.end:self.end + most]


Check = Callable[[Candidate], bool]

# --- mail -------------------------------------------------------------------------------------------------------------

# Generic domains that people have mail at; any two letters are taken for a country. A name such as `w.transpose` in
# code has the shape of a domain, so an unknown ending needs more than its shape.
_ENDINGS = frozenset(re.findall(r"\w+", """
com org net edu gov mil int info biz name pro mobi jobs tel travel museum coop aero asia cat post app dev cloud online
shop site store tech xyz club agency academy art bank bio blog business capital care careers center church city
community company consulting design digital education email energy engineering events expert family finance foundation
fund fyi global group health help hospital host house icu insurance international institute law lawyer legal life limited
link live llc ltd management market marketing media money network news ngo one ong page partners party photos physio
press productions properties pub realty report research school science services social software solutions space studio
support systems team technology today top training university ventures website wiki work works world zone london berlin
paris nyc tokyo amsterdam swiss bayern wien vlaanderen gmbh sarl inc dental clinic doctor pharmacy example test invalid
localhost local internal corp lan home arpa onion
"""))


def mail(found: Candidate) -> bool:
    """A mail address and not a remote (`git@github.com:org`), a password in a URL, or a matrix product in code."""
    local, _, domain = found.value.replace("%40", "@").rpartition("@")
    if ".." in domain or ".." in local or local.endswith(".") or len(local) > 64 or len(domain) > 253:
        return False
    ending = domain.rpartition(".")[2].lower()
    if len(ending) != 2 and ending not in _ENDINGS and not ending.startswith("xn--"):
        return False
    after = found.after(2)
    if after[:1] == "(" or (after[:1] == ":" and local == "git"):
        return False
    # https://user:password@host: the user's name ends at a colon that follows `//`.
    return not re.search(r"//[^\s/@]{1,64}:\Z", found.before(70))


# --- money ------------------------------------------------------------------------------------------------------------

_NOT_DIGITS = re.compile(r"\D+")


def digits_of(value: str) -> str:
    return _NOT_DIGITS.sub("", value)


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


def ssn(found: Candidate) -> bool:
    """A US social security number that can have been issued (never 000, 666 or 9xx, no group 00, no serial 0000)."""
    number = digits_of(found.value)
    area, group, serial = number[:3], number[3:5], number[5:]
    if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000" or len(set(number)) < 2:
        return False
    return not re.search(r"[\d\-]\Z|\d[.,/ ]\Z", found.before(2)) and not re.match(r"-?\d|[./]\d", found.after(2))


def no_sequence(found: Candidate) -> bool:
    """Not 123-45-6789 and its like."""
    return digits_of(found.value) not in "01234567890123456789" and digits_of(found.value) not in "9876543210987654321"


# --- telephone --------------------------------------------------------------------------------------------------------

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

# --- tokens -----------------------------------------------------------------------------------------------------------

_TYPED = re.compile(
    r"example|sample|your|placeholder|dummy|fake|mock|change.?me|replace|insert|redact|x{4}|\*{3}|(.)\1{4}"
    r"|foobar|deadbeef|secret.?here|key.?here|token.?here|todo|123456|234567|345678|abcdef|qwerty|987654|notreal|lorem"
    # in Stripe's and AWS's manuals
    r"|4eC39HqLyjWDarjtT1zdp7dc|BQokikJOvBiI2HlWgH4olfQ2|wJalrXUtnFEMI",
    re.IGNORECASE)


def drawn(found: Candidate) -> bool:
    """Drawn by a machine and not typed by the author of a manual: no telling words, runs or patterns that repeat."""
    value = found.value
    if _TYPED.search(value):
        return False
    body = value.rsplit("_", 1)[-1] if "_" in value else value
    body = body if len(body) >= 16 else value
    return _entropy(body) >= min(2.7, 0.72 * math.log2(len(body))) and not _repeats(body)


def _entropy(value: str) -> float:
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def _repeats(value: str) -> bool:
    """Whether a block of up to eight letters makes up the whole, as in `abcd1234abcd1234`."""
    return any(value[size:] == value[:-size] for size in range(1, min(9, len(value) // 2 + 1)))


def mixed(found: Candidate) -> bool:
    """Letters and digits change places as in random text; `sk-fading-circle-container` and other names do not."""
    kinds = [("d" if c.isdigit() else "u" if c.isupper() else "l") for c in found.value if c.isalnum()]
    changes = sum(a != b for a, b in pairwise(kinds))
    return changes >= 0.2 * len(kinds)


def ends(found: Candidate) -> bool:
    """The token ends where the match does. (A word boundary cannot say so where `-` belongs to the alphabet.)"""
    return not re.match(r"[\w\-]", found.after(1))


def three_kinds(found: Candidate) -> bool:
    """Capitals, small letters and digits all occur, which hashes in hexadecimal lack."""
    value = found.value
    return any(c.isdigit() for c in value) and any(c.isupper() for c in value) and any(c.islower() for c in value)


_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62_crc32(body: str) -> str:
    """The six letters that GitHub and npm put behind the random part of a token."""
    number, letters = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        letters = _BASE62[rest] + letters
    return letters


def github_checksum(found: Candidate) -> bool:
    """The last six letters are the CRC-32 of the random part."""
    body = found.value.rpartition("_")[2]
    return len(body) > 6 and base62_crc32(body[:-6]) == body[-6:]


def jwt(found: Candidate) -> bool:
    """Header and payload decode to JSON objects and the header names an algorithm; not the one of the manual."""
    header, payload, signature = (*found.value.split("."), "", "")[:3]
    decoded = _json_of(header)
    if not isinstance(decoded, dict) or "alg" not in decoded or signature.startswith("SflKxwRJSMeKKF2QT4f"):
        return False
    # An encrypted token (five parts) has no readable payload.
    return "enc" in decoded or isinstance(_json_of(payload), dict)


def _json_of(part: str) -> object:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None


_NOT_BASE64 = re.compile(r"-----[A-Z ]+-----|\\[nr]|[^A-Za-z0-9+/=]")


def pem(found: Candidate) -> bool:
    """The block has a body, and the body is key material rather than dots or a placeholder."""
    body = _NOT_BASE64.sub("", found.value)
    return len(body) >= 40 and not _TYPED.search(body[:200]) and _entropy(body[:2000]) >= 3.5


def password(found: Candidate) -> bool:
    """A password that stands in a URL, and not a word for one."""
    value = found.value
    return len(value) >= 6 and not _TYPED.search(value) and value.strip("<>[]{}$*").lower() not in _PASSWORD_WORDS \
        and not re.match(r"[<${\[%]", value)


_PASSWORD_WORDS = frozenset({"password", "passwd", "secret", "pass", "postgres", "username", "mysecretpassword", "mypassword"})

CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (mail, card, grouped, iban, ssn, no_sequence, phone_international, phone_us, phone_national,
                  phone_written, phone_bare, drawn, mixed, ends, three_kinds, github_checksum, jwt, pem, password)
}
