"""JSON lines. In: a line's bytes. Out: time and fields; or the reason why the line cannot be read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from stdnum import luhn

from sentinel.formats._base import Record, Times
from sentinel.formats._mapping.chat.content import written
from sentinel.formats._mapping.compile import Section, compiled
from sentinel.formats._mapping.fields import FIELDS, flaw
from sentinel.formats._mapping.lenient import decoded
from sentinel.formats._mapping.struct import Shape, dotted
from sentinel.formats._mapping.time import WORLD
from sentinel.formats._mapping.values import CONVERTERS, text
from sentinel.records.event import ENVELOPE, Fields

# Bounds for `rest: keep`, where the log decides which fields there are.
_MOST_FIELDS = 256
_MOST_ITEMS = 64
_DEEPEST = 16
# Names reach Elasticsearch and people unredacted: no mail address or sentence may come in as one.
_NAME = re.compile(r"@?+[A-Za-z_][A-Za-z0-9_.-]*+", re.ASCII)
_LONGEST_NAME = 128
_RUN = re.compile(r"[A-Za-z0-9]++", re.ASCII)
# A social security number has nine, a phone or card number more.
_MOST_DIGITS = 9


class JsonLines:
    """Reads the JSON lines of one format."""

    def __init__(self, section: Section, times: Times = WORLD) -> None:
        """Args: times: reads the times of the source."""
        self.section = section
        # A struct cannot hold one path as a value and as an object: then all of the record is decoded.
        self.shape = Shape(section.paths(), whole=section.rest or Shape.clash(section.paths()))
        self._decode = self.shape.decoder.decode
        self._fill = compiled(section, self.shape, times)
        self._used = frozenset(() if section.everything else map(dotted, self.shape.leaves)) if section.rest else None

    def localized(self, times: Times) -> JsonLines:
        """The same with the times of a source."""
        return JsonLines(self.section, times)

    def read(self, line: bytes) -> Record:
        """One line's record. Raises: Unreadable."""
        fields: Fields = {}
        record = decoded(line, self._decode, fields)
        at = self._fill(record, fields)
        if self._used is not None:
            keep(record, fields, self._used, self.section.never)
        if not at:
            flaw(fields, "no-time")
        return Record(at, fields)


def keep(record: dict[str, Any], fields: Fields, used: frozenset[str], never: frozenset[str], prefix: str = "",
         depth: int = 0) -> None:
    """Every other value under its own dotted name, as rules ask for it."""
    for key, part in record.items():
        name = prefix + key
        if key in never:
            continue
        if part.__class__ is dict:
            if depth < _DEEPEST and len(name) < _LONGEST_NAME:
                keep(part, fields, used, never, name + ".", depth + 1)
        elif part is not None and name not in used and name not in fields and _may_be_kept(name):
            known = FIELDS.get(name)
            kept = CONVERTERS[known.type](part) if known else _plain(part, never)
            if kept in (None, "", []):
                continue
            if len(fields) >= _MOST_FIELDS:
                flaw(fields, "too-many-fields")
                return
            fields[name] = kept


def _may_be_kept(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and _is_name(name)


@lru_cache(maxsize=4096)
def _is_name(name: str) -> bool:
    """Only sentinel itself draws conclusions, and the envelope is not the log's to write."""
    return (_NAME.fullmatch(name) is not None and name not in ENVELOPE and not name.startswith("sentinel.")
            and not _is_value(name))


def _is_value(name: str) -> bool:
    """Whether a name looks drawn, not given: a token or a number of somebody that a program used as a key."""
    if sum(map(str.isdigit, name)) >= _MOST_DIGITS:
        return True
    for key in name.split("."):
        if len(key) >= 20 and sum(map(str.isdigit, key)) >= 3:
            return True
        longest = max(_RUN.findall(key), key=len, default="")
        if len(longest) > 40 or (len(longest) >= 16 and (longest.isupper() or not longest.isalpha())):
            return True
    return False


def _plain(value: Any, never: frozenset[str] = frozenset()) -> Any:
    """A scalar or a list of scalars as it is. As text: what is in a list and is none, so that it is looked into; numbers of more
    than 64 bits, so that no digit is lost, and what may be a card's number, because only text is looked into and redacted."""
    if value.__class__ is list:
        first = [p for part in value[:_MOST_ITEMS] if (p := _plain(part, never) if part.__class__ is not list else _written(part, never)) is not None]
        return [*first, *filter(None, [_written(value[_MOST_ITEMS:], never)])] if len(value) > _MOST_ITEMS else first
    if value.__class__ is dict:
        return _written(value, never)
    if value.__class__ is float and value.is_integer() and _like_a_card(whole := int(value)):
        return text(whole)
    if value.__class__ is int and (not -(2**63) <= value < 2**63 or _like_a_card(value)):
        return text(value)
    return value if value.__class__ in (str, int, float, bool) else None


def _written(value: Any, never: frozenset[str]) -> str | None:
    """What has no name of its own, as JSON; none when it is nested beyond all measure."""
    if value.__class__ is dict and not never.isdisjoint(value):
        value = {key: part for key, part in value.items() if key not in never}
    return written(value) or None


def _like_a_card(value: int) -> bool:
    # No issuer's numbers begin with 1, but every time since 2001 in milli-, micro- and nanoseconds does.
    return value >= 2 * 10**12 and value < 10**19 and not (digits := str(value)).startswith("1") and luhn.is_valid(digits)
