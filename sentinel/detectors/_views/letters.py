"""Characters that look like others or like nothing: digits of other scripts, full-width, mathematical and circled letters,
dashes and blanks of all kinds, Cyrillic and Greek look-alikes, invisible characters.

In: a view. Out: the view in the letters that a reader takes them for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sentinel.detectors._views.view import View, replaced
from sentinel.scan import Pattern

# A keycap is a digit, a variation selector and a frame.
_INVISIBLE = ("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\u20dd\u20e3"
              "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0001\U000e007f")
_DASHES, _BLANKS = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d", "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_CYRILLIC = "аеорсухіѕјԁһոԛԝьгАВЕКМНОРСТХІЅЈУ"
_GREEK = "αενορτυικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_ALIKE = str.maketrans(_CYRILLIC + _GREEK, "aeopcyxisjdhnqwbrABEKMHOPCTXISJY" + "aevoptuikABEZHIKMNOPTYX")
# Where characters stand that are digits or compatible with ASCII. Latin-1 and superscripts are at home in prose and stay.
_PLANES = ((0x660, 0x1E00), (0x2080, 0x3300), (0xA620, 0xAC00), (0xFE50, 0xFFF0), (0x104A0, 0x12000), (0x16A60, 0x17000),
           (0x1D400, 0x1D800), (0x1E140, 0x1E960), (0x1F100, 0x1F190), (0x1FBF0, 0x1FBFA))


def _plain(character: str) -> str:
    """The ASCII character that it is read as, "" for none."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) == 3 and folded[0] == "(":  # parenthesised
        folded = folded[1]
    return folded if len(folded) == 1 and "!" <= folded <= "~" else ""


def _range(inside: str) -> Iterable[int]:
    """The code points of the inside of a class of `re`."""
    for one in re.finditer(r"(.)-(.)|(.)", inside):
        yield from range(ord(one[1]), ord(one[2]) + 1) if one[1] else (ord(one[3]),)


def _inside(codes: Iterable[int]) -> str:
    """Code points as the inside of a class."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in runs)


# Tags (U+E0020..7E) are invisible ASCII.
_READ = {code: plain for first, end in _PLANES for code in range(first, end) if (plain := _plain(chr(code)))} | \
    {code: chr(code - 0xE0000) for code in range(0xE0020, 0xE007F)} | {0x3002: ".", 0xFF61: "."}
_FOLD = _READ | dict.fromkeys(_range(_DASHES), "-") | dict.fromkeys(_range(_BLANKS), " ")

# What the shared scan looks for, in bytes: a pattern of characters beyond ASCII costs ten times as much. Languages of Latin letters,
# quotation marks and dashes of prose have no such bytes; what has is looked at more closely.
SIGN = Pattern(r"\xc2[\xa0\xad]|[\xca-\xd4\xd9-\xe1\xe3-\xf4][\x80-\xbf]|\xe2(?:\x80[\x80-\x92\xaa-\xaf]|[\x81-\x88\x91-\x93\x9d])"
               r"|[0-9]\xe2\x80[\x93-\x95][0-9]")
_FOLDED = re.compile(f"[{_inside(_FOLD)}]++")
_HIDDEN = re.compile(f"[{_INVISIBLE}]++")
# Only next to what is Latin: in a Russian word they are what they are.
_LOOK_ALIKE = re.compile(f"(?:(?<=[A-Za-z0-9@_])|(?<=[A-Za-z0-9][.@_\\-]))[{_CYRILLIC}{_GREEK}]++|[{_CYRILLIC}{_GREEK}]++(?=[A-Za-z0-9@_])")


def undone(view: View) -> View:
    """`view` in plain letters."""
    view = replaced(view, _HIDDEN, lambda found: "")
    plain = _LOOK_ALIKE.sub(_alike, _FOLDED.sub(_folded, view.text))
    return view if plain == view.text else View(plain, view)  # as long as before: its offsets are the same


def _folded(found: re.Match[str]) -> str:
    return found[0].translate(_FOLD)


def _alike(found: re.Match[str]) -> str:
    return found[0].translate(_ALIKE)
