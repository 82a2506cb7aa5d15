"""Characters written by their number or name: `%40` in a URL, `\\u0040` and `\\x40` in JSON and code, `&#64;` `&#x40;` `&commat;`
in HTML. Escapes of escapes (`%2540`, `&amp;#64;`) are undone in turns.

In: a view. Out: the view without its escapes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5

from sentinel.detectors._views.view import View, replaced
from sentinel.scan import Pattern

SIGN = Pattern(r"%[0-9A-Fa-f]{2}|\\u\{?[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\[nrt]|&#[0-9xX]|&[A-Za-z]{2,15};")
# One alternative is tried per character, and one match is one character: linear. Four bytes of UTF-8 are one character. In JSON
# within JSON there are two backslashes, in that within JSON four.
_ESCAPE = re.compile(
    r"((?:%[0-7][0-9A-Fa-f]|%[CDcd][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]|%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}"
    r"|%[Ff][0-4](?:%[89ABab][0-9A-Fa-f]){3}))"
    r"|\\{1,8}+(?:u([Dd][89ABab][0-9A-Fa-f]{2})\\{1,8}u([Dd][C-Fc-f][0-9A-Fa-f]{2})"
    r"|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|([nrt]))|&#[xX]([0-9A-Fa-f]{1,6});?"
    r"|&#([0-9]{1,7});?|&([A-Za-z]{2,15});")
_WHITE = {"n": "\n", "r": "\r", "t": "\t"}
_NAMED = {name[:-1]: said for name, said in html5.items() if name.endswith(";") and len(said) == 1}
# A text of more turns than these has nothing to say to a reader.
MOST_TURNS = 4


def undone(view: View) -> View:
    """`view` without escapes, of whatever kind and order, up to `MOST_TURNS` on top of each other."""
    for _ in range(MOST_TURNS):
        plain = replaced(view, _ESCAPE, _said)
        if plain is view:
            break
        view = plain
    return view


def _said(match: re.Match[str]) -> str | None:
    return _character(match[0])


@lru_cache(4096)
def _character(escape: str) -> str | None:
    """What one escape says; None when it says nothing."""
    match = _ESCAPE.fullmatch(escape)
    assert match
    percent, high, low, unicode, braced, byte, white, hexadecimal, decimal, name = match.groups()
    if percent:
        return bytes.fromhex(percent.replace("%", "")).decode("utf-8", "ignore") or None
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if white:
        return _WHITE[white]
    if name:
        return _NAMED.get(name)
    number = int(decimal) if decimal else int(unicode or braced or byte or hexadecimal, 16)
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else None
