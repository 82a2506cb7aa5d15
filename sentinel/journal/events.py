"""The events as they were stored: redacted, in order of reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from sentinel.journal.database import Connection, Journal, Row
from sentinel.records.event import Event, Fields
from sentinel.records.line import File

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
# A log may name a time before 1970, which is negative; such an event is listed and shipped like any other.
EARLIEST, LATEST = -(2**63), 2**63 - 1
_PAGE = 2_000
# An event's id: its file's, generation, offset, part; see `Event.id`.
ID = re.compile(r"([0-9a-f]{16})-([0-9]{1,9})-([0-9a-f]{1,15})(?:\.([0-9]{1,9}))?", re.ASCII)
_EVENTS = ("SELECT e.seq, f.id, f.source, f.path, f.generation, e.offset, e.part, e.at, e.category, e.fields "
           "FROM events e JOIN files f ON f.ref = e.file")


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


def listed(journal: Journal, *, since: int = EARLIEST, until: int = LATEST, after: int = 0, through: int = LATEST,
           limit: int = -1) -> Iterator[tuple[int, Event]]:
    """(seq, event) in order of reading.

    Args:
        since, until: only events of these times (nanoseconds), both included. after: only those with a greater seq.
        through: none beyond this seq. limit: -1 for all.
    """
    rows = journal.read().execute(
        f"{_EVENTS} WHERE e.seq > ? AND e.seq <= ? AND e.at BETWEEN ? AND ? ORDER BY e.seq LIMIT ?", (after, through, since, until, limit))
    return map(_event, rows)


def paged(journal: Journal, *, since: int = EARLIEST, until: int = LATEST, through: int = LATEST) -> Iterator[tuple[int, Event]]:
    """As `listed`, however many there are: no page is read while the one before is looked at, so that the daemon, which goes on
    writing, can fold what it wrote into the journal."""
    after = 0
    while page := list(listed(journal, since=since, until=until, after=after, through=through, limit=_PAGE)):
        yield from page
        after = page[-1][0]


def get(journal: Journal, id_: str) -> tuple[int, Event] | None:
    """(seq, event) by the event's id; None when there is none of it. Reads all events of its file."""
    found = ID.fullmatch(id_)
    if found is None:
        return None
    file, generation, offset, part = found.groups()
    wanted = (file, int(generation), int(offset, 16), int(part or 0))
    row = journal.read().execute(f"{_EVENTS} WHERE f.id = ? AND f.generation = ? AND e.offset = ? AND e.part = ?", wanted).fetchone()
    return _event(row) if row else None


def _event(row: Row) -> tuple[int, Event]:
    seq, file, source, path, generation, offset, part, at, category, fields = row
    return seq, Event(File(file, source, path, generation), offset, at, category, _decode(fields), part)


def last(journal: Journal, most: int) -> Iterator[Event]:
    """The last events, in order of reading."""
    return (event for _, event in listed(journal, after=last_seq(journal) - most))


def last_seq(journal: Journal) -> int:
    """The greatest seq there is, 0 when there is none."""
    seq: int = journal.read().execute("SELECT COALESCE(MAX(seq), 0) FROM events").fetchone()[0]
    return seq
