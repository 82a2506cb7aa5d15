"""Values that are written backwards or in rot13.

In: a text. Out: fragments of it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from sentinel.detectors._views.fragment import Fragment, Limit
from sentinel.scan import Pattern

_BACK = r"(?:moc|gro|ten|ude|vog|oi|ved|ofni|elpmaxe|ku\.oc|ed|rf|se|ti|ln)"
SIGN = Pattern(r"(?:moc|gro|ten|ude|vog|elpmaxe|oc)\.[a-z0-9]|[a-z0-9]\.(?:pbz|bet|arg|rqh|rknzcyr|pb\.hx)|reversed|backwards|right to left"
               "|rückwärts|al revés", caseless=True)
_ADDRESS = re.compile(rf"(?<![\w.\-@]){_BACK}\.[A-Za-z0-9.\-]{{1,60}}@[A-Za-z0-9._+\-]{{0,63}}[A-Za-z0-9]")
_ROTATED = re.compile(r"(?<![\w.+\-@])[A-Za-z0-9][A-Za-z0-9._+\-]{0,63}+@[A-Za-z0-9.\-]{1,60}\.(?:pbz|bet|arg|rqh|tbi|vb|qri|vasb|rknzcyr|pb\.hx)\b")
_NUMBER = re.compile(r"(?:reversed|backwards|right.to.left|rückwärts|al revés|à l'envers)[^0-9\n]{0,40}?([0-9][0-9 \-.()]{5,30}[0-9]\+?)(?!\w)", re.IGNORECASE)


def fragments(text: str, limit: Limit) -> Iterator[Fragment]:
    """Mail addresses that are written so, and numbers behind a word that says that they stand backwards."""
    for found in limit.matches(_ADDRESS, text):
        yield Fragment(found.start(), found.end(), found[0][::-1], True)
    for found in limit.matches(_ROTATED, text):
        yield Fragment(found.start(), found.end(), codecs.decode(found[0], "rot13"), True)
    for found in limit.matches(_NUMBER, text):
        yield Fragment(*found.span(1), found[1][::-1], False)
