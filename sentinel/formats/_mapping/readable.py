"""A record's bytes as text. In: bytes, whatever they are. Out: text; what had to be repaired is marked as a flaw."""

from __future__ import annotations

from sentinel.formats._mapping.fields import flaw
from sentinel.records.event import Fields


def utf8(record: bytes, fields: Fields) -> str:
    """The text; bytes that are no UTF-8 become U+FFFD and are marked."""
    try:
        return str(record, "utf-8")
    except UnicodeDecodeError:
        flaw(fields, "invalid-utf8")
        return record.decode("utf-8", "replace")


def readable(record: bytes, fields: Fields) -> str:
    """As `utf8`, without the byte order mark, NULs and blanks around it."""
    text = utf8(record, fields)
    if record[:1] == b"\0":
        flaw(fields, "nul-head")
        text = text.lstrip("\0")
    return text.removeprefix("\ufeff").rstrip(" \t\r\n\0")
