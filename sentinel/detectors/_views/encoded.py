"""Spans in base64 and hexadecimal that say something in ASCII.

In: a text. Out: where each such span stands, and what it says.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from sentinel.detectors._views.fragment import Limit

# ASCII in base64: its bytes have no high bit, which leaves 24, 24 and 32 of 64 letters for the first three of each four. Of
# random letters, which are everywhere (hashes, keys, images), one run in 3,000 keeps that up for three times four.
_FOUR = "[I-Za-f][C-HS-Xi-nyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_\\-]"
_PAIR = "[2-7][0-9A-Fa-f]"
_BETWEEN = r"(?:[ :,\-]|(?:, ?)?\\?0?x)?"
# Patterns of classes of letters share one automaton when they are one pattern (see `_views`).
SIGN = rf"[^A-Za-z0-9+/](?:{_FOUR}){{3}}|^(?:{_FOUR}){{3}}|(?:{_PAIR}[ :]?){{9}}|(?:[\\0]x{_PAIR}[, ]{{0,2}}){{9}}"
# A JSON object in several lines begins with `ewog`. Lines of a mail's body end within the span.
_BASE64 = re.compile(rf"(?<![A-Za-z0-9+/])(?:ew[o0][A-Za-z])?(?:{_FOUR}){{3}}[A-Za-z0-9+/_\-]*+(?:\r?\n[A-Za-z0-9+/]{{4,76}}+(?![^\s=\"'<]))*+={{0,2}}")
_HEX = re.compile(rf"(?<![0-9A-Fa-f])(?:\\?0?x)?{_PAIR}(?:{_BETWEEN}[0-9A-Fa-f]{{2}}){{8,}}+")
_NO_DIGITS = re.compile(r"[^0-9A-Fa-f]+|(?:0|\\)x")
# Characters of encoded spans that are read in one text.
MOST_ENCODED = 262_144


def spans(text: str, limit: Limit) -> Iterator[tuple[int, int, str]]:
    """Start, end and what it says, of each encoded span in `text`."""
    left = MOST_ENCODED
    for pattern, decode in ((_BASE64, _base64), (_HEX, _hex)):
        for found in limit.matches(pattern, text):
            left -= found.end() - found.start()
            if left < 0:
                limit.stop(found.start())
                break
            said = decode(found[0])
            if said:
                yield found.start(), found.end(), said


def _base64(part: str) -> str:
    part = "".join(part.rstrip("=").split()).translate(_URL_SAFE)
    part = part[:-1] if len(part) % 4 == 1 else part
    try:
        return _text(base64.b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        return ""


_URL_SAFE = str.maketrans("-_", "+/")


def _hex(part: str) -> str:
    part = _NO_DIGITS.sub("", part)
    return _text(bytes.fromhex(part[:len(part) // 2 * 2]))


def _text(data: bytes) -> str:
    """What bytes say, "" when they are no text."""
    try:
        said = data.decode()
    except UnicodeDecodeError:
        return ""
    return said if len(_UNPRINTABLE.findall(said)) <= len(said) // 20 else ""


_UNPRINTABLE = re.compile(r"[^\s -~\xa1-\U0010ffff]")
