"""What a text must hold for a regular expression to match, as plain strings for the scan.

In: a pattern that RE2 takes. Out: strings of which at least one (in any case) stands in every matching text; None when none
can be named. Python's own parser reads the pattern; where it and RE2 might differ, None is the answer.
"""

from __future__ import annotations

import warnings
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 64


def required(pattern: str) -> frozenset[str] | None:
    """Alternatives of which one must occur."""
    # [[:alpha:]] is a class to RE2 and something else to Python.
    if "[[" in pattern or "[:" in pattern or len(pattern) > 5_000:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = _parser.parse(pattern.removesuffix(r"\z"))
    except (ValueError, RecursionError, OverflowError, Warning):
        return None
    except _parser.error:  # pragma: no cover - a ValueError from 3.13 on
        return None
    return _sequence(parsed)


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
    return max(found, key=lambda some: min(map(len, some)), default=None)


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
