"""Hostile text made safe: whoever is watched writes the log, and people and terminals read it.

Nothing here knows a channel's own escaping (Slack's is in `actions/slack/_message.py`); this is what all of them need first.
"""

from __future__ import annotations

import unicodedata

# Cc control, Cf format (bidirectional marks, zero-width, Unicode tags), Cs surrogate, Co private use, Zl/Zp line and
# paragraph separators: they restyle, reorder or hide what a person reads.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def well_formed(text: str) -> str:
    """`text` with a question mark for each lone surrogate, which has no UTF-8 form: RE2 would throw."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def printable(text: str, limit: int = 0) -> str:
    """`text` on one line, with every invisible or control character shown as `\\xNN` or `\\u{NNNN}`.

    Args:
        limit: at most this many characters of `text` are kept, the rest is counted: "abc… (+97)". 0: all.
    """
    rest = len(text) - limit if limit and len(text) > limit else 0
    kept = text[:limit] if rest else text
    if not (kept.isascii() and kept.isprintable()):
        kept = "".join(_show(c) for c in kept)
    return f"{kept}… (+{rest})" if rest else kept


def _show(char: str) -> str:
    if unicodedata.category(char) not in _HIDDEN:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def defang(text: str) -> str:
    """URLs in `text` made unclickable: `https://a.b` -> `hxxps://a[.]b`. Chat programs link and fetch bare URLs."""
    words = text.split(" ")
    return " ".join(_defang_word(word) if "://" in word or word.startswith("www.") else word for word in words)


def _defang_word(word: str) -> str:
    return word.replace("http://", "hxxp://").replace("https://", "hxxps://").replace("://", "[:]//").replace(
        "hxxp[:]//", "hxxp://").replace("hxxps[:]//", "hxxps://").replace(".", "[.]")
