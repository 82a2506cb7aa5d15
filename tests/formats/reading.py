"""Reads a log as the daemon would, for tests."""

from __future__ import annotations

from typing import Any

from sentinel.clock import iso
from sentinel.formats import Format
from sentinel.formats._lines import whole
from tests import make


def read(format: Format, log: bytes) -> list[dict[str, Any]]:
    """What a log becomes, as the sample files write it down: the events in order, and where a line cannot be read, why."""
    found: list[dict[str, Any]] = []
    for piece in whole(format, log.removesuffix(b"\n").split(b"\n"), make.Clock()):
        if piece.error is not None:
            raise piece.error
        if piece.reason:
            found.append({"line": piece.line.offset, "unreadable": piece.reason})
        for record in piece.records:
            about = {"line": piece.line.offset}
            if record.at:
                about["@timestamp"] = iso(record.at)
            if record.category and record.category != format.category:
                about["event.category"] = record.category
            found.append(about | record.fields)
    return found
