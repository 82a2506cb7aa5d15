"""Whether a token was drawn by a machine, and the checksums that some carry."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from collections import Counter
from itertools import pairwise

from sentinel.detectors._checks.candidate import Candidate, Check

_TYPED = re.compile(
    r"example|sample|your|placeholder|dummy|fake|mock|change.?me|replace|insert|redact|x{4}|\*{3}|(.)\1{4}"
    r"|foobar|deadbeef|secret.?here|key.?here|token.?here|todo|123456|234567|345678|abcdef|qwerty|987654|notreal|lorem"
    # in Stripe's and AWS's manuals
    r"|4eC39HqLyjWDarjtT1zdp7dc|BQokikJOvBiI2HlWgH4olfQ2|wJalrXUtnFEMI",
    re.IGNORECASE)


def drawn(found: Candidate) -> bool:
    """Drawn by a machine and not typed by the author of a manual: no telling words, runs or patterns that repeat."""
    value = found.value
    if typed(value):
        return False
    body = value.rsplit("_", 1)[-1] if "_" in value else value
    body = body if len(body) >= 16 else value
    return _entropy(body) >= min(2.7, 0.72 * math.log2(len(body))) and not _repeats(body)


def typed(value: str) -> bool:
    """Whether it has words and runs that stand for a value in manuals."""
    return _TYPED.search(value) is not None


def _entropy(value: str) -> float:
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def _repeats(value: str) -> bool:
    """Whether a block of up to eight letters makes up the whole, as in `abcd1234abcd1234`."""
    return any(value[size:] == value[:-size] for size in range(1, min(9, len(value) // 2 + 1)))


def mixed(found: Candidate) -> bool:
    """Letters and digits change places as in random text; `sk-fading-circle-container` and other names do not."""
    return changes(found.value) >= 0.15


def changes(value: str) -> float:
    """Share of the letters and digits in front of which the kind (small, capital, digit) changes: 0.4 and more in random text."""
    kinds = [("d" if c.isdigit() else "u" if c.isupper() else "l") for c in value if c.isalnum()]
    return sum(a != b for a, b in pairwise(kinds)) / max(1, len(kinds))


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


def key_lines(found: Candidate) -> bool:
    """A key file of PuTTY's that goes on to its private part."""
    _, mark, body = found.value.partition("Private-Lines:")
    return bool(mark) and len(body) >= 40 and not _TYPED.search(body)


def password(found: Candidate) -> bool:
    """A password that stands in a URL, and not a word for one."""
    value = found.value
    return len(value) >= 6 and not _TYPED.search(value) and value.strip("<>[]{}$*").lower() not in _PASSWORD_WORDS \
        and not re.match(r"[<${\[%]", value)


_PASSWORD_WORDS = frozenset({"password", "passwd", "secret", "pass", "postgres", "username", "mysecretpassword", "mypassword"})

ALL: tuple[Check, ...] = (drawn, mixed, ends, three_kinds, github_checksum, jwt, pem, key_lines, password)
