"""Phrases that a text hides from a filter and shows to a model: what `_views` undoes for values, put for phrases.

In: a text. Out: the same with plain letters, and what its encoded parts say. Each is linear in the text.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from sentinel.detectors._views import encoded, escapes, letters
from sentinel.detectors._views.fragment import Limit
from sentinel.detectors._views.view import View
from sentinel.scan import Pattern

# What the shared scan looks for. Any text in letters that are not Latin may be disguised; `plain` then gives it back as it is.
DISGUISED, ENCODED = letters.SIGN, Pattern(encoded.SIGN)
ROTATED = Pattern("rot.?13", caseless=True)
# Phrases are longer than values: of a text in rot13 no more than this is read.
_MOST_ROTATED = 65_536


def plain(text: str) -> str:
    """`text` as a model reads it: tags as ASCII, look-alikes as Latin, invisible characters gone."""
    return letters.undone(escapes.undone(View(text))).text


def decoded(text: str, *, rotated: bool) -> Iterator[str]:
    """What the encoded parts of `text` say, as far as it is text. rotated: read it by rot13, too."""
    for _, _, said in encoded.spans(text, Limit()):
        yield said
    if rotated:
        yield codecs.decode(text[:_MOST_ROTATED], "rot13")
