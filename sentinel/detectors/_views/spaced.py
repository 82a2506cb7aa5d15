"""Values whose characters or groups are held apart: "4 1 1 1 1 ...", "j-o-h-n-@-...", "4111_1111_1111_1111", "555*123*4567".

In: a text. Out: fragments of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors._views.fragment import Fragment, Limit, numbers

_SIGNS = r" \t._*|/~:;•·\-"  # no comma: a row of numbers has commas
_ODD = r"(?: ?[._*|/~:;•·\-] ?|  ?)"
# Single digits, with any signs between them: a number of which each digit is written by itself.
_DIGITS = re.compile(rf"(?<![\w.,])[+(]?[0-9](?:[{_SIGNS}()]{{1,3}}[0-9]){{6,24}}+(?![\w])")
# Single characters, always with the same between them.
_LETTERS = re.compile(rf"(?<![\w@])[A-Za-z0-9+]([{_SIGNS}])[\w.+@\-](?:\1[!-~](?=\1|[^\w@]|\Z)){{5,120}}+")
# Groups as on a card or in a number, with signs that are not those of a card or a number.
_GROUPED = re.compile(
    rf"(?<![\w.,\-/+])(?:[0-9]{{4}}({_ODD})[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{4}}|3[0-9]{{3}}({_ODD})[0-9]{{6}}\2[0-9]{{5}}"
    rf"|[0-9]{{3}}({_ODD})[0-9]{{2,3}}\3[0-9]{{4}})(?![\w]|[.,\-/][0-9])")
# Groups of any size, with the same sign between them: 411-111-111-111-1111.
_PIECES = re.compile(r"(?<![\w.,\-/+])[0-9]{1,6}([ ._*|/~\-])[0-9]{1,6}(?:\1[0-9]{1,6}){2,12}+(?![\w]|[.,\-/][0-9])")
SIGN = (r"(?:[ ._*|/~\-][A-Za-z0-9@.\-]){5}[ ._*|/~\-]|[0-9]{3}(?:[_*|/~]| - | \. |  )[0-9]{2,4}(?:[_*|/~]| - | \. |  )[0-9]{4}"
        r"|(?:[0-9]{2,3}\-){4}[0-9]{2}")
_NO_DIGIT = re.compile(r"[^0-9+]+")


def fragments(text: str, limit: Limit) -> Iterator[Fragment]:
    """Everything in `text` that is held apart and may be one value."""
    for kind in (_digits, _letters, _groups):
        yield from kind(text, limit)


def _digits(text: str, limit: Limit) -> Iterator[Fragment]:
    runs = list(limit.matches(_DIGITS, text))
    for found in runs:
        said = _NO_DIGIT.sub("", found[0])
        # Rows of single digits are held apart by blanks, too: they are evidence by themselves only with a plus in front, or as the
        # one row in the text that is as long as a card's number, and in no brackets.
        sure = not _BLANKS.fullmatch(found[0]) or (
            len(runs) == 1 and len(said) in (15, 16) and not text[:found.start()].endswith(("[", "(", "{")))
        yield from numbers(found.start(), found.end(), said, sure=sure)


_BLANKS = re.compile(r"[0-9 \t:;|.]*")


def _letters(text: str, limit: Limit) -> Iterator[Fragment]:
    for found in limit.matches(_LETTERS, text):
        run = found[0]
        if run[1::2] == run[1] * len(run[1::2]):
            said = run[::2]
            if "@" in said or not said.isdigit():
                yield Fragment(found.start(), found.start() + len(run), said, True)


def _groups(text: str, limit: Limit) -> Iterator[Fragment]:
    for found in limit.matches(_GROUPED, text):
        sign = (found[1] or found[2] or found[3]).strip()
        if sign not in ("-", "") or found[0].count(" ") != 2:
            yield from numbers(found.start(), found.end(), _NO_DIGIT.sub("", found[0]), sure=sign not in ("/", ".", "|", ":", ";", ""))
    for found in limit.matches(_PIECES, text):
        said = _NO_DIGIT.sub("", found[0])
        if 7 <= len(said) <= 34:
            yield Fragment(found.start(), found.end(), said, False)
