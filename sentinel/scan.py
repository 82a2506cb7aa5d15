"""The one multi-pattern scan: every literal and pattern of every detector and rule, in one hyperscan pass.

In: the text of one event. Out: which patterns occur. It answers "may this rule or detector have work here?";
the answer for a clean event is no, and that is the whole cost of a clean event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import hyperscan
from msgspec import Struct

from sentinel.errors import SentinelError

NONE: frozenset[int] = frozenset()
# Fields that are not scanned: the server makes them (addresses, hashes, ids, words of a closed set), and their digits look
# like phone numbers to a pattern; or they are personal by name and replaced whatever they hold (`evidence/redact.py`).
UNSCANNED = frozenset({
    "event.outcome", "source.ip", "http.request.method", "http.version", "sentinel.call.id", "sentinel.key.hash",
    "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.response.id", "gen_ai.response.finish_reasons", "user.email",
})


class Pattern(Struct, frozen=True):
    """One thing to look for.

    Attributes:
        expression: a literal, or a regular expression in hyperscan's (PCRE without back-references) syntax.
        literal: take `expression` letter by letter.
        caseless: fold case, beyond ASCII too.
    """

    expression: str
    literal: bool = False
    caseless: bool = False


class Scan:
    """A compiled set of patterns. Not thread-safe: one per thread."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Raises: SentinelError naming the pattern that hyperscan refuses."""
        self._found: list[int] = []
        self._database = _compile(patterns) if patterns else None

    def hits(self, text: str) -> frozenset[int]:
        """Indexes of the patterns that occur in `text`. Each is reported once however often it occurs."""
        if self._database is None:
            return NONE
        found = self._found
        found.clear()
        # Lone surrogates have no UTF-8 form; hyperscan's UTF mode must never see invalid UTF-8.
        self._database.scan(text.encode("utf-8", "replace"), match_event_handler=self._note)
        return frozenset(found) if found else NONE

    def _note(self, index: int, start: int, end: int, flags: int, context: Any) -> None:
        self._found.append(index)


def _compile(patterns: Sequence[Pattern]) -> Any:
    expressions = [(_escape(p.expression) if p.literal else p.expression).encode() for p in patterns]
    flags = [_flags(p) for p in patterns]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(expressions=expressions, ids=list(range(len(patterns))), elements=len(patterns), flags=flags)
    except hyperscan.error as error:
        raise SentinelError(f"the scan cannot be compiled: {error}") from error
    return database


def _flags(pattern: Pattern) -> int:
    # SINGLEMATCH bounds the work a hostile text can cause: one report per pattern, not one per byte.
    # DOTALL: Sigma's star crosses newlines, so a prefilter that stopped at them would miss.
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_ALLOWEMPTY
    if not pattern.expression.isascii() or (pattern.caseless and pattern.literal):
        flags |= hyperscan.HS_FLAG_UTF8
    if pattern.caseless:
        flags |= hyperscan.HS_FLAG_CASELESS
        if flags & hyperscan.HS_FLAG_UTF8:
            flags |= hyperscan.HS_FLAG_UCP
    return int(flags)


def _escape(literal: str) -> str:
    return "".join(c if c.isalnum() or not c.isascii() else f"\\x{ord(c):02x}" for c in literal)


def text_of(fields: dict[str, Any]) -> str:
    """What is scanned of an event: its strings, and the strings in its lists, joined by newlines; not `UNSCANNED`."""
    parts: list[str] = []
    for name, value in fields.items():
        if name in UNSCANNED:
            continue
        if value.__class__ is str:
            parts.append(value)
        elif value.__class__ is list:
            parts.extend(item for item in value if item.__class__ is str)
    return "\n".join(parts)
