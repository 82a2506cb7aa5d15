"""Lines of `key=value` pairs, as Go's programs write them. In: a line's bytes. Out: time and fields.

A value with blanks stands in quotes, with Go's escapes in it. A word alone is a key without a value.
"""

from __future__ import annotations

import re

from sentinel.errors import Unreadable
from sentinel.formats._base import Record, Times
from sentinel.formats._mapping.compile import Section, compiled
from sentinel.formats._mapping.fields import flaw
from sentinel.formats._mapping.json import keep
from sentinel.formats._mapping.quoted import go
from sentinel.formats._mapping.readable import utf8
from sentinel.formats._mapping.struct import Pairs, dotted
from sentinel.formats._mapping.time import WORLD
from sentinel.records.event import Fields

# A text that has no end (the line was cut) runs to the end of the line.
_PAIR = re.compile(r'(?P<key>[^\s="]++)(?:=(?:(?P<quoted>"[^"\\]*+(?:\\.[^"\\]*+)*+"?+)|(?P<bare>[^\s"]*+)))?+', re.DOTALL)


class LogfmtLines:
    """Reads the logfmt lines of one format."""

    def __init__(self, section: Section, times: Times = WORLD) -> None:
        """Args: times: reads the times of the source."""
        self.section = section
        self._fill = compiled(section, Pairs(), times)
        self._used = frozenset(() if section.everything else map(dotted, section.paths())) if section.rest else None

    def localized(self, times: Times) -> LogfmtLines:
        """The same with the times of a source."""
        return LogfmtLines(self.section, times)

    def read(self, line: bytes) -> Record:
        """One line's record. Raises: Unreadable."""
        fields: Fields = {}
        text = utf8(line, fields)
        said: dict[str, str] = {}
        for match in _PAIR.finditer(text):
            key, quoted, bare = match.groups()
            value = go(quoted) if quoted else bare
            if value:
                said.setdefault(key, value)
        if not said:
            raise Unreadable("no logfmt: holds no key=value")
        at = self._fill(said, fields)
        if self._used is not None:
            keep(said, fields, self._used, self.section.never)
        if not at:
            flaw(fields, "no-time")
        return Record(at, fields)
