"""Raw personal data and secrets become typed, keyed pseudonyms before anything is stored, shipped or shown.

In: an event and the spans that detectors found. Out: the fields to store, and short excerpts that people may see.
Equal values have equal pseudonyms, so that evidence still correlates; without the key nobody can test a guess.
"""

from __future__ import annotations

import hmac
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sentinel.evidence.quoting import Quoting
from sentinel.records.event import Event, Fields
from sentinel.records.finding import Finding
from sentinel.scan import joined
from sentinel.text import printable

MOST_CHARACTERS = 16_384
_MARGIN = 400  # raw text looked at on each side of an excerpt
_LEAD = 60
_PREVIEWED, _UNSURE, _PREVIEW = 4_000, 300, 300
# A found value is looked for in the event's other texts too: it may have been found by a context word that stands
# in one of them only. Shorter values would hit by chance, and more of them would cost more than they show.
_SHORTEST_REPEAT, _MOST_REPEATS = 7, 50

_MOST_KNOWN, _LONGEST_KNOWN = 10_000, 320
# What `pseudonym` and `_cut` leave behind.
_GONE = re.compile(r"<[A-Za-z][A-Za-z0-9_.]{1,60}:[0-9a-f]{8}>|… \(\+[0-9]{1,12} (?:characters|items)\)\Z", re.ASCII)
# Personal by name: replaced whatever they hold, and not looked into by detectors (`scan.UNSCANNED`).
PERSONAL = {"user.email": "EMAIL"}

Spans = dict[str, list[Finding]]


class Redactor:
    """Replaces spans.

    Args:
        key: of the pseudonyms (see `keys.py`).
        inspect: finds spans in a text that never became an event (dead letters).
    """

    def __init__(self, key: bytes, inspect: Callable[[str], Sequence[Finding]] = lambda text: ()) -> None:
        self._key, self._inspect = key, inspect
        self._principals: dict[str, str] = {}

    def pseudonym(self, type_: str, value: str) -> str:
        """`<EMAIL:3f9a1c2b>`: the same for all ways of writing one value."""
        digest = hmac.digest(self._key, f"{type_}\0{_normal(type_, value)}".encode("utf-8", "replace"), "sha256")
        return f"<{type_}:{digest[:4].hex()}>"

    def fields(self, event: Event, findings: Sequence[Finding]) -> Fields:
        """The event's fields as they may be stored: spans replaced, long texts cut. The event's own dict if it is fit."""
        fields = event.fields
        changed: Fields = {}
        for name, value in fields.items():
            kind = value.__class__
            if (kind is str and len(value) > MOST_CHARACTERS) or (kind is list and _size(value) > MOST_CHARACTERS):
                changed[name] = self._value(value, ())
        if findings:
            changed |= {name: self._value(fields[name], found) for name, found in _spans(fields, findings).items() if name in fields}
        for name, type_ in PERSONAL.items():
            if name in fields:
                changed[name] = self._known(type_, fields[name])
        return fields | changed if changed else fields

    def _known(self, type_: str, value: Any) -> str:
        """The pseudonym of a value that comes with every event of its principal."""
        if value.__class__ is not str or len(value) > _LONGEST_KNOWN:
            return self.pseudonym(type_, _joined(value))
        known = self._principals.get(value)
        if known is None:
            if len(self._principals) >= _MOST_KNOWN:
                self._principals.clear()
            known = self._principals[value] = self.pseudonym(type_, value)
        return known

    def excerpt(self, event: Event, findings: Sequence[Finding], field: str, limit: int = 200) -> str:
        """What a person may see of a field: the surroundings of its first finding, redacted, safe, at most `limit` long."""
        value = event.get(field)
        if value is None:
            return ""
        if field in PERSONAL:
            return self._known(PERSONAL[field], value)
        text = _joined(value)
        found = sorted(_spans(event.fields, findings, sensitive=False).get(field, ()), key=lambda f: f.start)
        first = found[0].start if found else 0
        before = self._between(text, found, max(0, first - _MARGIN), first)
        after = self._between(text, found, first, min(len(text), first + _MARGIN + limit))
        lead = ("…" if first > _MARGIN or len(before) > _LEAD else "") + before[-_LEAD:]
        shown = lead + after
        if value.__class__ is list:
            shown = shown.replace("\n", ", ")
        shown = printable(shown)
        whole = len(shown) <= limit and first + _MARGIN + limit >= len(text)
        return shown if whole else shown[:limit - 1] + "…"

    def text(self, text: str, findings: Sequence[Finding]) -> str:
        """`text` with the sensitive findings replaced; which field they name does not matter."""
        return self._between(text, findings, 0, len(text))

    def preview(self, data: bytes) -> str:
        """The start of a line that could not be decoded, redacted and safe, at most 300 characters."""
        window = data[:_PREVIEWED * 4].decode("utf-8", "replace")[:_PREVIEWED]
        # A value that the window cuts is not recognised: what stands so near its end is never shown.
        shown = len(window) if len(window) < _PREVIEWED else _PREVIEWED - _UNSURE
        safe = printable(self._between(window, self._inspect(window), 0, shown))
        return safe if len(safe) <= _PREVIEW and len(data) < _PREVIEWED else safe[:_PREVIEW - 1] + "…"

    def _value(self, value: Any, findings: Sequence[Finding]) -> Any:
        if value.__class__ is str:
            return _cut(self._between(value, findings, 0, len(value)))
        # Offsets in a list refer to its strings joined by newlines.
        joined, at, left = _joined(value), 0, MOST_CHARACTERS
        # Once for the whole list, and read along with it: thousands of items with thousands of findings are one line.
        regions = deque(self._named(joined, findings, 0, len(joined)))
        items: list[Any] = []
        for number, item in enumerate(value):
            if left <= 0:
                items.append(f"… (+{len(value) - number} items)")
                break
            if item.__class__ is str:
                end = at + len(item)
                while regions and regions[0][1] <= at:
                    regions.popleft()
                item = _cut(_replaced(joined, regions, at, end), left)
                at = end + 1
                left -= len(item)
            items.append(item)
        return items

    def _between(self, text: str, findings: Sequence[Finding], low: int, high: int) -> str:
        """`text[low:high]`, redacted. A finding that the range cuts is replaced as a whole."""
        return _replaced(text, self._named(text, findings, low, high), low, high)

    def _named(self, text: str, findings: Sequence[Finding], low: int, high: int) -> Iterator[tuple[int, int, str]]:
        """Where to replace in `text[low:high]`, and by what."""
        quoting = Quoting(text)
        for start, end, chosen in _regions(findings, low, high):
            mark = quoting.mark(start, end)
            yield start, end, f"{mark}{self.pseudonym(chosen.type, text[chosen.start:chosen.end])}{mark}"


def hides(value: Any) -> bool:
    """Whether something of a stored value was replaced by a pseudonym or cut off, so that a rule may have seen more."""
    return any(_GONE.search(text) is not None for text in (value if value.__class__ is list else [value]) if text.__class__ is str)


def _replaced(text: str, named: Iterable[tuple[int, int, str]], low: int, high: int) -> str:
    pieces: list[str] = []
    at = low
    for start, end, name in named:
        if start >= high:
            break
        pieces += (text[at:max(start, low)], name)
        at = min(end, high)
    return "".join((*pieces, text[at:high])) if pieces else text[low:high]


def _regions(findings: Sequence[Finding], low: int, high: int) -> Iterator[tuple[int, int, Finding]]:
    """Where to replace, in order and apart from each other. Overlapping findings make one region, named by the longest."""
    wanted = sorted((f for f in findings if f.sensitive and f.end > low and f.start < high and f.start < f.end),
                    key=lambda f: f.start)
    region: tuple[int, int, Finding] | None = None
    for found in wanted:
        start, end = max(found.start, low), min(found.end, high)
        if region is None or start >= region[1]:
            if region is not None:
                yield region
            region = start, end, found
        else:
            longest = found if found.end - found.start > region[2].end - region[2].start else region[2]
            region = region[0], max(end, region[1]), longest
    if region is not None:
        yield region


def _spans(fields: Fields, findings: Sequence[Finding], *, sensitive: bool = True) -> Spans:
    """Findings by field, with the same values wherever else they stand. sensitive: only such."""
    spans: Spans = {}
    for found in findings:
        if found.sensitive or not sensitive:
            spans.setdefault(found.field, []).append(found)
    values: dict[str, str] = {}
    for found in findings:
        if found.sensitive and len(values) < _MOST_REPEATS and found.end - found.start >= _SHORTEST_REPEAT:
            values.setdefault(_joined(fields.get(found.field, ""))[found.start:found.end], found.type)
    if values:
        for name, value in fields.items():
            if value.__class__ is str or value.__class__ is list:
                text = _joined(value)
                known = {f.start for f in spans.get(name, ()) if f.sensitive}
                again = [Finding(type_, name, at, at + len(raw), 1.0) for raw, type_ in values.items()
                         for at in _occurrences(text, raw) if at not in known]
                if again:
                    spans.setdefault(name, []).extend(again)
    return spans


def _occurrences(text: str, value: str) -> Iterator[int]:
    at = text.find(value) if value else -1
    while at >= 0:
        yield at
        at = text.find(value, at + len(value))


def _normal(type_: str, value: str) -> str:
    if type_.startswith("secret."):
        return value
    if type_ == "EMAIL":
        return value.replace("%40", "@").replace("\\u0040", "@").casefold()
    return "".join(c for c in value if c.isalnum()).casefold()


def _joined(value: Any) -> str:
    if value.__class__ is str:
        return str(value)
    if value.__class__ is list:
        return joined(value) or joined(list(map(str, value)))
    return str(value).lower() if value.__class__ is bool else str(value)


def _size(value: list[Any]) -> int:
    return sum(len(item) for item in value if item.__class__ is str)


def _cut(text: str, limit: int = MOST_CHARACTERS) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… (+{len(text) - limit} characters)"
