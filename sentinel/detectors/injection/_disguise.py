"""Texts that hide their words from a filter and show them to a model: invisible letters, look-alikes, encodings.

In: a text. Out: the same with plain letters, and what its encoded parts say. Each is linear in the text.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

from sentinel.scan import Pattern

# What the shared scan looks for. Tags (U+E0020..7E) are invisible ASCII; a zero-width character inside a Latin word,
# a Cyrillic or Greek letter next to a Latin one, three fullwidth or four mathematical letters are disguise as well.
DISGUISED = Pattern(
    "[\U000e0020-\U000e007e]{3}|[A-Za-z][\u00ad\u200b-\u200d\u2060\ufeff][A-Za-z]"
    "|[A-Za-z][\u0391-\u03c9\u0405-\u0458][A-Za-z]|[\uff21-\uff5a]{3}|[\U0001d400-\U0001d7ff]{4}")
# ASCII text in base64: its bytes have no high bit, which leaves 17, 24 and 32 of 64 letters for the first three of each
# four. Hashes and keys, which are everywhere, do not keep that up for six times four letters; nor for 20 bytes in hex.
_FOUR = "[ILMQ-WYZa-e][C-HS-Xi-nyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/]"
_PAIR = "[2-7][0-9A-Fa-f][ :]?"
ENCODED = Pattern(f"(?:{_FOUR}){{6}}|(?:{_PAIR}){{20}}")
ROTATED = Pattern("rot.?13", caseless=True)

_MOST_DECODED = 65_536
_BASE64 = re.compile(rf"(?:{_FOUR}){{6,}}+[A-Za-z0-9+/]{{0,3}}+={{0,2}}")
_HEX = re.compile(rf"(?:{_PAIR}){{20,}}+")
_ALIKE = str.maketrans("аеорсухіѕјԁһոԛԝАВЕКМНОРСТХІЅЈаοαεικνρτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
                       "aeopcyxisjdhnqwABEKMHOPCTXISJaoaeiknptuABEZHIKMNOPTYX")


def plain(text: str) -> str:
    """`text` as a model reads it: tags as ASCII, look-alikes as Latin, invisible characters gone."""
    seen = "".join(chr(ord(c) - 0xE0000) if "\U000e0020" <= c <= "\U000e007e" else c for c in text)
    seen = unicodedata.normalize("NFKC", seen).translate(_ALIKE)
    return "".join(c for c in seen if unicodedata.category(c) != "Cf")


def decoded(text: str, *, rotated: bool) -> Iterator[str]:
    """What the encoded parts of `text` say, as far as it is text. rotated: read it by rot13, too."""
    left = _MOST_DECODED
    for pattern, decode in ((_BASE64, _base64), (_HEX, _hex)):
        for found in pattern.finditer(text):
            if left <= 0:
                return
            left -= found.end() - found.start()
            said = decode(found[0][:_MOST_DECODED])
            if said:
                yield said
    if rotated:
        yield codecs.decode(text[:_MOST_DECODED], "rot13")


def _base64(part: str) -> str:
    part = part.rstrip("=")
    try:
        return _text(base64.b64decode(part[:len(part) // 4 * 4 or 0] if len(part) % 4 == 1 else part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        return ""


def _hex(part: str) -> str:
    try:
        return _text(bytes.fromhex(part.replace(":", " ")))
    except ValueError:
        return ""


def _text(data: bytes) -> str:
    try:
        said = data.decode()
    except UnicodeDecodeError:
        return ""
    return said if said and sum(c.isprintable() or c.isspace() for c in said) >= 0.95 * len(said) else ""
