"""What a text must hold for a regular expression to match, for the scan.

In: a pattern that RE2 takes. Out: strings of which at least one (in any case) stands in every matching text, or else the
pattern in hyperscan's words; None when neither can be had. Python's own parser reads the pattern; where it, RE2 and hyperscan
might differ, None is the answer.
"""

from __future__ import annotations

import re
import warnings
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from msgspec.structs import replace

from sentinel.errors import SentinelError
from sentinel.rules.tree import Regex
from sentinel.scan import Pattern, Scan

_MOST = 64


_BETWEEN = frozenset({op.AT, op.ASSERT, op.ASSERT_NOT, op.GROUPREF})
# Characters: hyperscan takes seconds for what repeats more, and minutes for a few of these.
_LARGEST = 320
# RE2's spaces. A class may begin with a bracket of its own.
_SPACES = r"\t\n\f\r "
_TOKEN = re.compile(r"\\.|\[\^?\]?|.", re.DOTALL)
_OPENING = frozenset({"[", "[^", "[]", "[^]"})


def required(pattern: str) -> frozenset[str] | None:
    """Alternatives of which one must occur."""
    parsed = _parsed(pattern.removesuffix(r"\z"))
    return _sequence(parsed) if parsed is not None else None


def scannable(regex: Regex) -> str | None:
    """The pattern as hyperscan takes it: it then finds every text that RE2 finds, and maybe more.

    The scan sees all fields of an event in one text, so a pattern that speaks of its text's ends or of words' ends is none.
    """
    pattern = _spaces(regex.pattern)
    parsed = _parsed(pattern) if pattern is not None else None
    if pattern is None or parsed is None or not _plain(parsed) or _size(parsed) > _LARGEST:
        return None
    expression = replace(regex, pattern=pattern).expression
    try:
        Scan([Pattern(f"(*UTF8){expression}")])
    except (SentinelError, UnicodeEncodeError):
        return None
    return expression


def _spaces(pattern: str) -> str | None:
    """`\\s` and `\\S` written out, because a vertical tab is a space to hyperscan alone; None where `\\S` stands in a class."""
    found: list[str] = []
    inside = False
    for token in _TOKEN.findall(pattern):
        if token == "\\S" and inside:
            return None
        if token == "\\s":
            token = _SPACES if inside else f"[{_SPACES}]"
        elif token == "\\S":
            token = f"[^{_SPACES}]"
        # A bracket that closes right after one opens is a letter of the class, unless it opens nothing.
        inside = token[-1] != "]" or token[0] == "\\" if inside else token in _OPENING
        found.append(token)
    return "".join(found)


def _parsed(pattern: str) -> Any:
    # [[:alpha:]] is a class to RE2 and something else to Python.
    if "[[" in pattern or "[:" in pattern or len(pattern) > 5_000:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _parser.parse(pattern)
    except (re.error, ValueError, RecursionError, OverflowError, Warning):
        return None


def _plain(parsed: Any) -> bool:
    """Nothing in it that stands between characters."""
    return all(code not in _BETWEEN and all(map(_plain, _within(code, given))) for code, given in parsed)


def _size(parsed: Any) -> int:
    """How many characters it asks for, every repeat written out: its automaton is as large, and more."""
    size = 0
    for code, given in parsed:
        inner = sum(map(_size, _within(code, given)))
        if code in (op.MAX_REPEAT, op.MIN_REPEAT):
            low, high, _ = given
            inner *= max(1, low if high is op.MAXREPEAT else high)
        size += max(1, inner)
    return size


def _within(code: Any, given: Any) -> list[Any]:
    """The patterns of which a part of a pattern is made."""
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        return [given[2]]
    if code is op.SUBPATTERN:
        return [given[3]]
    return list(given[1]) if code is op.BRANCH else []


def _sequence(parsed: Any) -> frozenset[str] | None:
    found: list[frozenset[str]] = []
    run = ""
    for code, given in [*parsed, (op.ANY, None)]:
        if code is op.LITERAL:
            run += chr(given)
            continue
        if run:
            found.append(frozenset({run}))
            run = ""
        inner = _inner(code, given)
        if inner:
            found.append(inner)
    return max(found, key=lambda some: (min(map(len, some)), -len(some)), default=None)


def _inner(code: Any, given: Any) -> frozenset[str] | None:
    if code is op.SUBPATTERN:
        return _sequence(given[3])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _sequence(given[2]) if given[0] > 0 else None
    if code is op.ATOMIC_GROUP:
        return _sequence(given)
    if code is not op.BRANCH:
        return None
    branches = [_sequence(branch) for branch in given[1]]
    if len(branches) > _MOST or not all(branches):
        return None
    return frozenset().union(*(branch for branch in branches if branch))
