"""How far each file has been read, and what could not be read any more."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.journal.database import Connection, Journal
from sentinel.records.line import Checkpoint, File, Gap


def put(db: Connection, checkpoints: Iterable[Checkpoint]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO checkpoints (file, source, path, generation, offset, device, inode, head, head_size, "
        "tail, at, cursor, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(c.file.id, c.file.source, c.file.path, c.file.generation, c.offset, c.device, c.inode, c.head, c.head_size,
          c.tail, c.at, c.cursor, c.size) for c in checkpoints],
    )


def put_gaps(db: Connection, gaps: Iterable[Gap]) -> None:
    db.executemany(
        "INSERT INTO gaps (source, file, path, generation, offset, size, reason, at, doubt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(g.file.source, g.file.id, g.file.path, g.file.generation, g.offset, g.size, g.reason, g.at, g.doubt) for g in gaps],
    )


def known(journal: Journal) -> list[Checkpoint]:
    """Every file that was ever read, the last seen first."""
    rows = journal.read().execute(
        "SELECT file, source, path, generation, offset, device, inode, head, head_size, tail, at, cursor, size FROM "
        "checkpoints ORDER BY at DESC, file"
    )
    return [Checkpoint(File(i, source, path, gen), offset, device, inode, head, head_size, tail, at, cursor, size)
            for i, source, path, gen, offset, device, inode, head, head_size, tail, at, cursor, size in rows]


def gaps(journal: Journal) -> list[Gap]:
    rows = journal.read().execute(
        "SELECT source, file, path, generation, offset, size, reason, at, doubt FROM gaps ORDER BY seq")
    return [Gap(File(i, source, path, gen), offset, size, reason, at, bool(doubt))
            for source, i, path, gen, offset, size, reason, at, doubt in rows]


def gaps_after(journal: Journal, seq: int, limit: int = 1000) -> list[tuple[int, Gap]]:
    """(seq, gap) of those after `seq` that are no mere doubt, in the order in which they were found."""
    rows = journal.read().execute(
        "SELECT seq, source, file, path, generation, offset, size, reason, at FROM gaps WHERE seq > ? AND NOT doubt "
        "ORDER BY seq LIMIT ?",
        (seq, limit))
    return [(seq, Gap(File(i, source, path, gen), offset, size, reason, at))
            for seq, source, i, path, gen, offset, size, reason, at in rows]
