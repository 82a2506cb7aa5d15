"""The one multi-pattern scan: every literal and pattern of every detector and rule, in one hyperscan pass.

In: the text of one event. Out: which patterns occur. It answers "may this rule or detector have work here?";
the answer for a clean event is no, and that is the whole cost of a clean event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import hyperscan
from msgspec import Struct

from sentinel import compiled
from sentinel.compiled import Expression
from sentinel.errors import SentinelError

NONE: frozenset[int] = frozenset()
# Fields that are not scanned as long as they look as the server writes them (hashes, ids, words of a closed set): their
# digits look like phone numbers to a pattern. A client can put other things there: LiteLLM takes its call id from the
# header x-litellm-call-id, and a request line says any HTTP version.
_WORD = re.compile(r"[a-z][a-z_.-]{0,40}+", re.ASCII)
_MADE = {
    "event.outcome": _WORD, "http.request.method": re.compile(r"[A-Z_-]{1,24}+", re.ASCII),
    "http.version": re.compile(r"[0-9](?:\.[0-9])?+", re.ASCII),
    "sentinel.call.id": re.compile(r"[0-9a-f]{8}-?+(?:[0-9a-f]{4}-?+){3}[0-9a-f]{12}", re.ASCII),
    "gen_ai.operation.name": _WORD, "gen_ai.provider.name": _WORD,
    # Only what the providers' ids look like: a token as an id is looked into, and so is a number.
    "gen_ai.response.id": re.compile(
        r"(?:chatcmpl|cmpl|embd|msg|resp|gen|batch)(?:_vrtx|_bdrk)?+[-_](?=[0-9]*+[A-Za-z])[0-9A-Za-z]{1,52}+", re.ASCII),
    "sentinel.media.hash": re.compile(r"[0-9a-f]{64}", re.ASCII),
    "gen_ai.response.finish_reasons": _WORD,
}
# Nearly every event has these, and a set is asked faster than a pattern. Each is as the server writes it.
_USUAL = frozenset({"success", "failure", "GET", "POST", "1.0", "1.1", "2.0", "chat", "embeddings", "openai", "azure", "anthropic"})
# These no rule may count on to be scanned. Those that are not above never are: the formats let in only addresses and
# hashes, and what is personal by name is replaced whatever it holds (`evidence/redact.py`).
UNSCANNED = frozenset({"source.ip", "sentinel.key.hash", "user.email", *_MADE})


def scanned(name: str, value: Any) -> bool:
    """Whether the text, or the list of texts, of a field is looked into."""
    if name not in UNSCANNED:
        return True
    made = _MADE.get(name)
    if made is None:
        return False
    if value.__class__ is str:
        return made.fullmatch(value) is None
    return value.__class__ is not list or not all(text.__class__ is str and made.fullmatch(text) for text in value)


class Pattern(Struct, frozen=True):
    """One thing to look for.

    Attributes:
        expression: a literal, or a regular expression in hyperscan's (PCRE without back-references) syntax.
        literal: take `expression` letter by letter.
        caseless: fold case, beyond ASCII too.
        others: more expressions that count as it: hyperscan compiles hundreds of them ten times as fast as their alternation.
        simple: fold the letters of ASCII among themselves alone, where `expression` has no others. Thousands of literals are
            compiled six times as fast so; who asks for it must himself see to the Kelvin sign and the long s.
    """

    expression: str
    literal: bool = False
    caseless: bool = False
    simple: bool = False
    others: tuple[str, ...] = ()

    def expressions(self, id_: int, flags: int) -> Iterator[Expression]:
        """What hyperscan is given of it. Args: flags: those that have nothing to do with its letters."""
        flags |= folding(self)
        for text in (self.expression, *self.others):
            yield Expression(id_, (_escape(text) if self.literal else text).encode(), flags)


class Scan:
    """A compiled set of patterns. Not thread-safe: one per thread."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Raises: SentinelError naming the pattern that hyperscan refuses."""
        self._found: list[int] = []
        places: dict[Pattern, list[int]] = {}
        for place, pattern in enumerate(patterns):
            places.setdefault(pattern, []).append(place)
        self._database = compile_patterns(list(places), _FLAGS) if places else None
        # Detectors look for the same things; each is compiled once.
        self._twins = list(places.values()) if len(places) < len(patterns) else None

    def hits(self, text: str) -> frozenset[int]:
        """Indexes of the patterns that occur in `text`. Each is reported once however often it occurs."""
        if self._database is None:
            return NONE
        found = self._found
        found.clear()
        # Lone surrogates have no UTF-8 form; hyperscan's UTF mode must never see invalid UTF-8.
        self._database.scan(text.encode("utf-8", "replace"), match_event_handler=self._note)
        if not found:
            return NONE
        return frozenset(found) if self._twins is None else frozenset([place for one in found for place in self._twins[one]])

    def _note(self, index: int, start: int, end: int, flags: int, context: Any) -> None:
        self._found.append(index)


# SINGLEMATCH bounds the work a hostile text can cause: one report per pattern, not one per byte.
# DOTALL: Sigma's star crosses newlines, so a prefilter that stopped at them would miss.
_FLAGS = int(hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_ALLOWEMPTY)


def compile_patterns(patterns: Sequence[Pattern], flags: int) -> Any:
    """A database in which each pattern reports its place in `patterns`; see `compiled.database`.

    Args: flags: hyperscan's, those that have nothing to do with a pattern's letters.

    Raises: SentinelError when hyperscan refuses a pattern.
    """
    try:
        return compiled.database([one for id_, pattern in enumerate(patterns) for one in pattern.expressions(id_, flags)])
    except hyperscan.error as error:
        raise SentinelError(f"the patterns cannot be compiled: {error}") from error


def folding(pattern: Pattern) -> int:
    """Hyperscan's flags for the letters of `pattern`: whether it is UTF-8, whether and how case is folded."""
    flags = 0
    if not (pattern.expression.isascii() and all(map(str.isascii, pattern.others))) or (pattern.caseless and pattern.literal and not pattern.simple):
        flags |= hyperscan.HS_FLAG_UTF8
    if pattern.caseless:
        flags |= hyperscan.HS_FLAG_CASELESS
        if flags & hyperscan.HS_FLAG_UTF8:
            flags |= hyperscan.HS_FLAG_UCP
    return int(flags)


def _escape(literal: str) -> str:
    return "".join(c if c.isalnum() or not c.isascii() else f"\\x{ord(c):02x}" for c in literal)


def joined(texts: list[Any]) -> str:
    """The strings in a list as one text. Offsets of findings in a field that is a list refer to this."""
    return "\n".join([text for text in texts if text.__class__ is str])


def text_of(fields: dict[str, Any]) -> str:
    """What is scanned of an event: its strings, and the strings in its lists, joined by newlines; see `scanned`."""
    parts: list[str] = []
    for name, value in fields.items():
        kind = value.__class__
        if kind is str:
            if name not in UNSCANNED or (value not in _USUAL and scanned(name, value)):
                parts.append(value)
        elif kind is list and (name not in UNSCANNED or scanned(name, value)):
            parts.append(joined(value))
    return "\n".join(parts)
