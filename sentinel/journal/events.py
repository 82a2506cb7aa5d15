"""The events as they were stored: redacted, in order of reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sentinel.journal.database import Connection, Journal
from sentinel.records.event import Event, Fields
from sentinel.records.line import File

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
# A log may name a time before 1970, which is negative; such an event is listed and shipped like any other.
EARLIEST = -(2**63)


def put(db: Connection, events: Iterable[tuple[Event, Fields]]) -> None:
    rows = []
    file, ref = None, 0
    for event, fields in events:
        # The events of one file come together.
        if event.file is not file:
            file = event.file
            ref = _ref(db, file)
        rows.append((ref, event.offset, event.part, event.at, event.category, _encode(fields)))
    db.executemany("INSERT INTO events (file, offset, part, at, category, fields) VALUES (?, ?, ?, ?, ?, ?)", rows)


def _ref(db: Connection, file: File) -> int:
    db.execute("INSERT OR IGNORE INTO files (id, generation, source, path) VALUES (?, ?, ?, ?)",
               (file.id, file.generation, file.source, file.path))
    ref: int = db.execute("SELECT ref FROM files WHERE id = ? AND generation = ?",
                          (file.id, file.generation)).fetchone()[0]
    return ref


def listed(journal: Journal, *, since: int = EARLIEST, after: int = 0, limit: int = -1) -> Iterator[tuple[int, Event]]:
    """(seq, event) in order of reading.

    Args:
        since: only events of this time (nanoseconds) or later. after: only those with a greater seq. limit: -1 for all.
    """
    rows = journal.read().execute(
        "SELECT e.seq, f.id, f.source, f.path, f.generation, e.offset, e.part, e.at, e.category, e.fields "
        "FROM events e JOIN files f ON f.ref = e.file WHERE e.seq > ? AND e.at >= ? ORDER BY e.seq LIMIT ?",
        (after, since, limit),
    )
    for seq, file, source, path, generation, offset, part, at, category, fields in rows:
        yield seq, Event(File(file, source, path, generation), offset, at, category, _decode(fields), part)


def last(journal: Journal, most: int) -> Iterator[Event]:
    """The last events, in order of reading."""
    return (event for _, event in listed(journal, after=last_seq(journal) - most))


def last_seq(journal: Journal) -> int:
    """The greatest seq there is, 0 when there is none."""
    seq: int = journal.read().execute("SELECT COALESCE(MAX(seq), 0) FROM events").fetchone()[0]
    return seq
