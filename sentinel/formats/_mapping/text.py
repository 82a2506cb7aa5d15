"""Text lines: one pattern with named groups, proven to take linear time before it is used on a hostile log.

In: a pattern. Out: the compiled pattern, or the reason why it is refused; and texts with a web server's escapes undone.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple, Protocol, cast

import re2

from sentinel.errors import Unreadable
from sentinel.formats._base import Record, Times
from sentinel.formats._mapping.compile import Section, compiled
from sentinel.formats._mapping.fields import flaw
from sentinel.formats._mapping.readable import utf8
from sentinel.formats._mapping.struct import Groups
from sentinel.formats._mapping.time import WORLD
from sentinel.records.event import Fields

# A repeat of at most this many counts as a constant.
_LONG = 256
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_ESCAPE = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|(["\\bnrtv]))')
_CONTROL = {b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
# HAProxy writes `#22` for a quote.
_HASHED = re.compile(rb"#([0-9A-Fa-f]{2})")


class Refused(Exception):
    """Why a pattern cannot be used, and what to write instead. final: no engine could."""

    def __init__(self, what: str, do: str, *, final: bool = False) -> None:
        super().__init__(what)
        self.what, self.do, self.final = what, do, final


class Pattern(Protocol):
    """A compiled pattern, of either engine."""

    @property
    def groupindex(self) -> Mapping[str, int]: ...
    def fullmatch(self, text: str) -> Any: ...


def linear(pattern: str) -> Pattern:
    """A pattern that, matched from a line's start, takes time linear in the line's length.

    Python's engine tries again with less wherever a repeat could have ended earlier: two such repeats are quadratic on a
    line made for it, nested ones exponential. A possessive repeat (`*+`) never gives back, so with only those it is as
    linear as RE2, and twenty times faster. Other patterns are RE2's, which knows neither possessive repeats nor looking around.

    Raises: Refused.
    """
    try:
        return _possessive(pattern)
    except Refused as refused:
        if refused.final:
            raise
        try:
            return cast(Pattern, re2.compile(pattern, _OPTIONS))
        except re2.error as error:
            reason = error.args[0] if error.args else ""
            said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
            if "bad repetition operator" in said:  # the pattern is written for the other engine
                raise refused from None
            raise Refused(f"{refused.what}; and RE2, which runs any pattern in linear time, says: {said}", refused.do) from None


def _possessive(pattern: str) -> re.Pattern[str]:
    """Raises: Refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(pattern)
            found = re.compile(pattern)
    except (re.error, RecursionError, OverflowError, FutureWarning, DeprecationWarning) as error:
        raise Refused(f"not a regular expression: {error}", "see https://docs.python.org/3.11/library/re.html", final=True) from None
    if not found.groupindex:
        raise Refused("no named group", "write (?P<name>...) around what the fields need", final=True)
    _check(tree, _Place())
    return found


class _Place(NamedTuple):
    """Where in a pattern: in the body of a long repeat, at its end, in a fixed repeat that tries every choice."""

    repeated: bool = False
    tail: bool = True
    fixed: bool = False


def _check(tree: Any, at: _Place) -> None:
    for index, (op, argument) in enumerate(tree):
        here = at._replace(tail=at.tail and index == len(tree) - 1)
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            _check_repeat(op, argument, here)
        elif op in (ops.ASSERT, ops.ASSERT_NOT):
            _check(argument[1], here._replace(tail=False))
        elif op is ops.ATOMIC_GROUP:
            _check(argument, here._replace(fixed=False))
        elif op is ops.SUBPATTERN:
            _check(argument[-1], here)
        elif op is ops.BRANCH:
            if here.fixed:
                raise Refused("a choice in a repeat of fixed length", "make the repeat possessive: {3}+")
            for choice in argument[1]:
                _check(choice, here)
        elif op in (ops.GROUPREF, ops.GROUPREF_EXISTS):
            raise Refused("a back-reference", "write the text out")


def _check_repeat(op: Any, argument: Any, at: _Place) -> None:
    low, high, body = argument
    if op is not ops.POSSESSIVE_REPEAT and low != high:
        raise Refused("a repeat that can backtrack (`*`, `+`, `?` or `{m,n}` alone)",
                      'make it possessive by one more `+` and say what it may eat: `[^"]*+`, `\\S++`, `(?:...)?+`')
    long = int(high) > _LONG
    if long and at.repeated and not at.tail:
        # (?:a*+b|a)*+ eats the rest of the line once for every `a`, and takes back all but one.
        raise Refused("a repeat within a repeat that is not the last thing in it", "put it last, or bound it: {0,64}+")
    inner = _Place(repeated=True) if long else at._replace(tail=at.tail and int(high) <= 1)
    _check(body, inner._replace(fixed=op is ops.MAX_REPEAT and int(high) > 1))


def unhashed(text: str) -> str:
    """`#HH` undone, as HAProxy writes what could end a field."""
    return _HASHED.sub(lambda match: bytes.fromhex(match[1].decode()), text.encode("utf-8", "replace")).decode("utf-8", "replace")


def unescaped(text: str) -> str:
    """`\\xHH`, `\\"`, `\\\\` and `\\n` undone as nginx and Apache write them; bytes that make no UTF-8 become U+FFFD."""
    # The same few user agents come again and again; long texts are not kept.
    return _seen(text) if len(text) <= 256 else _unescaped(text)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_byte, text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _byte(match: re.Match[bytes]) -> bytes:
    digits, plain = match.groups()
    return bytes.fromhex(digits.decode()) if digits else _CONTROL.get(plain, plain)


_seen = lru_cache(maxsize=2048)(_unescaped)


# By the character that an escape begins with.
ESCAPES = {"\\": unescaped, "#": unhashed}


class TextLines:
    """Reads the text lines of one format."""

    def __init__(self, section: Section, pattern: Pattern, times: Times = WORLD, *, escapes: str = "") -> None:
        """Args:
            escapes: one of `ESCAPES`: undo the web server's escapes in what the groups hold. times: reads the source's times.
        """
        self.section, self._pattern, self._escapes = section, pattern, escapes
        self._match = pattern.fullmatch
        self._fill = compiled(section, Groups(pattern.groupindex), times)

    def localized(self, times: Times) -> TextLines:
        """The same with the times of a source."""
        return TextLines(self.section, self._pattern, times, escapes=self._escapes)

    def read(self, line: bytes) -> Record:
        """One line's record. Raises: Unreadable."""
        fields: Fields = {}
        text = utf8(line, fields)
        match = self._match(text) or self._match(text.rstrip())
        if match is None:
            raise Unreadable("does not match the pattern of the format")
        groups: tuple[str | None, ...] = match.groups()
        sign = self._escapes
        if sign and sign in text:
            undo = ESCAPES[sign]
            groups = tuple(undo(group) if group and sign in group else group for group in groups)
        at = self._fill(groups, fields)
        if not at:
            flaw(fields, "no-time")
        return Record(at, fields)
