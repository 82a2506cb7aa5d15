"""Well-formed random values for catalogue examples: no complete live-looking secret stands in a file of this project.

`<36:alnum>` becomes 36 random letters of a class; `<card:visa>`, `<iban:NL>`, `<github:ghp>`, `<jwt>`, `<pem:RSA>` become
values whose check digits, checksums and encodings are right. `<nhs>` is a number of `values.py`, `<nhs:### ### ####>` the same in groups.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string

from stdnum import iban as ibans
from stdnum import luhn

from sentinel.detectors._checks.token import base62_crc32
from tests.detectors import values

CLASSES = {
    "alnum": string.ascii_letters + string.digits, "alpha": string.ascii_letters, "digit": "123456789",
    "lower": string.ascii_lowercase + string.digits, "hex": "0123456789abcdef", "base32": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "b64": string.ascii_letters + string.digits + "+/", "b64url": string.ascii_letters + string.digits + "-_",
    # As b64url and b64, beginning and ending with a letter: tokens that end with "-" are cut by every word boundary.
    "key": string.ascii_letters + string.digits + "-_", "aws": string.ascii_letters + string.digits + "+/",
    "bech32": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
_NOTATION = re.compile(r"<(?:(\d+):(\w+)|(card|iban|github|pem|basic):(\w+)|(jwt))>")
_CARDS = {"visa": ("4", 16), "mastercard": ("53", 16), "jcb": ("3530", 16), "amex": ("37", 15), "discover": ("6011", 16)}
_IBANS = {"NL": "ABNA{:010d}", "ES": "{:020d}", "DE": "{:018d}", "AT": "{:016d}"}


_NUMBER = re.compile(rf"<({'|'.join(values.names())})(?::([^<>]+))?>")


def fill(template: str, draw: random.Random) -> str:
    """`template` with every `<...>` of the notation replaced."""
    template = _NUMBER.sub(lambda found: _number(found[1], found[2], draw), template)
    return _NOTATION.sub(lambda found: _one(found, draw), template)


def _number(name: str, mask: str | None, draw: random.Random) -> str:
    value = values.draw(name, draw)
    return values.written(value, mask) if mask else value


def _one(found: re.Match[str], draw: random.Random) -> str:
    size, letters, kind, which, _ = found.groups()
    if size:
        return _drawn(int(size), letters, draw)
    if kind is None:
        return _jwt(draw)
    return {"card": _card, "iban": _iban, "github": _github, "pem": _pem, "basic": _basic}[kind](which, draw)


def _drawn(size: int, letters: str, draw: random.Random) -> str:
    value = "".join(draw.choices(CLASSES[letters], k=size))
    if letters in ("key", "aws"):
        value = draw.choice(string.ascii_letters) + value[1:-3] + "aZ7" if size > 4 else value
    return value


def _card(which: str, draw: random.Random) -> str:
    prefix, size = _CARDS[which]
    body = prefix + "".join(draw.choices(string.digits, k=size - len(prefix) - 1))
    return body + luhn.calc_check_digit(body)


def _iban(country: str, draw: random.Random) -> str:
    while True:
        form = _IBANS[country]
        body = form.format(draw.randrange(10 ** int(re.search(r"0(\d+)d", form)[1])))  # type: ignore[index]
        value = f"{country}{ibans.calc_check_digits(country + '00' + body)}{body}"
        if ibans.is_valid(value, check_country=False):
            return value


def _github(prefix: str, draw: random.Random) -> str:
    body = _drawn(30, "alnum", draw)
    return f"{prefix}_{body}{base62_crc32(body)}"


def _basic(size: str, draw: random.Random) -> str:
    return base64.b64encode(f"svc-{_drawn(4, 'lower', draw)}:{_drawn(int(size), 'alnum', draw)}".encode()).decode()


def _jwt(draw: random.Random) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    header, claims = {"alg": "HS256", "typ": "JWT"}, {"sub": str(draw.randrange(10**9)), "exp": 1_795_557_600}
    return f"{part(header)}.{part(claims)}.{_drawn(43, 'key', draw)}"


def _pem(which: str, draw: random.Random) -> str:
    lines = [_drawn(64, "b64", draw) for _ in range(6)]
    kind = "" if which in ("json", "cut") else which + " "
    block = [f"-----BEGIN {kind}PRIVATE KEY-----", *lines, f"-----END {kind}PRIVATE KEY-----"]
    if which == "cut":
        return "\n".join(block[:-1])
    return ("\\n" if which == "json" else "\n").join(block)
