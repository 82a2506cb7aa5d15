"""Rules over a file of JSON of any origin: `sentinel rules eval`.

In: rules, and lines one after another. Out: a `Hit` for each match, as soon as its record is read. Correlations run on the
record's own time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from sentinel.records.event import CATEGORIES, Event
from sentinel.records.line import File
from sentinel.rules.author.documents import documents
from sentinel.rules.match.flat import flat
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.value import instant_of
from sentinel.scan import Scan, text_of

# Where records keep their time, best first.
TIMES = ("@timestamp", "timestamp", "Timestamp", "time", "ts", "eventTime", "event.created", "datetime", "date", "UtcTime",
         "TimeCreated", "Event.System.TimeCreated.#attributes.SystemTime", "SystemTime", "EventTime", "startTime")

# Instants are kept in 64 bits, which end in 2262; what a record says beyond that is no time.
_END = 2**63

# A log that was cut while it was written goes on with zeros.
_AROUND = b"\0 \t\r\n"
_MOST_DIGITS = 4_000
_DEEPEST = 100
_TOKEN = re.compile(rb'"(?:[^"\\\\]++|\\\\.)*+"?|[\[{]|[\]}]|[^"\[\]{}]++', re.DOTALL)
_OPEN, _CLOSE = (b"[", b"{"), (b"]", b"}")

_decode = msgspec.json.Decoder().decode


class Hit(Struct, frozen=True):
    """One match. `line`: where its record begins, counted from 1, lines that are no JSON included. `rule`: its id."""

    line: int
    rule: str
    title: str


def run(ruleset: RuleSet, scan: Scan, lines: Iterable[bytes], skipped: Callable[[int], None] = lambda line: None) -> Iterator[Hit]:
    """Every match in `lines`, in order. A line that is no JSON object is counted and skipped.

    Args:
        scan: of the rules' patterns. skipped: told the number of each line that is left out; an empty line is none.
    """
    file = File("0000000000000000", "eval", "-")
    at, timed = 0, ruleset.timed
    for number, line in documents(lines):
        fields = read(line)
        if fields is None:
            if line.strip():
                skipped(number)
            continue
        if timed:
            at = instant(fields, at)
        category = fields.get("event.category")
        event = Event(file, number, at, category if category in CATEGORIES else "", fields)
        for firing in ruleset.evaluate(event, scan.hits(text_of(fields))):
            yield Hit(number, firing.rule.id, firing.rule.title)


def read(line: bytes) -> dict[str, Any] | None:
    """A line's flat fields; None when it is no JSON object."""
    try:
        document = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        document = _lenient(line)
    except RecursionError:
        document = _lenient(_pruned(line))
    return flat(document) if isinstance(document, dict) else None


def _lenient(line: bytes) -> Any:
    """What strict JSON refuses and logs hold: NaN, lone surrogates, invalid UTF-8, a byte order mark, endless numbers."""
    try:
        return json.loads(line.strip(_AROUND).decode("utf-8-sig", "replace"), parse_int=_whole)
    except RecursionError:
        return _lenient(_pruned(line))
    except ValueError:
        return None


def _whole(digits: str) -> int | float:
    """Python reads no more digits than this as a whole number; one such number must not hide the rest of its line."""
    return int(digits) if len(digits) < _MOST_DIGITS else float(digits)


def _pruned(line: bytes) -> bytes:
    """The same without what is nested so deeply that no rule could name it, and no parser reads it."""
    kept: list[bytes] = []
    depth = 0
    for found in _TOKEN.finditer(line):
        token = found[0]
        if token in _OPEN:
            kept.append(token if depth < _DEEPEST else b"null" if depth == _DEEPEST else b"")
            depth += 1
        else:
            depth -= token in _CLOSE
            if depth < _DEEPEST + (token not in _CLOSE):
                kept.append(token)
    return b"".join(kept)


def instant(fields: Mapping[str, Any], before: int) -> int:
    """The record's time; one that has none happens at the time of the one before."""
    for name in TIMES:
        if name in fields and (found := instant_of(fields[name])) is not None and abs(found) < _END:
            return found
    return before
