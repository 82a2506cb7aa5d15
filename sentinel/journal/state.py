"""What rules and detectors remember between batches: a bounded, durable map per owner.

Reads go through a cache; what changed is written with the batch that changed it, so a crash forgets both or neither.
Used by the pipeline thread alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from sentinel.journal.database import Connection, Journal

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_MISSING = object()


class Section:
    """One owner's map: text key to a msgpack-able value. The least recently used keys go when there are too many.

    Attributes:
        evicted: how many keys have been dropped for room since the start.
    """

    def __init__(self, state: State, owner: str, most: int, cached: int) -> None:
        self.owner, self.most, self.evicted = owner, most, 0
        self._state, self._cached = state, cached
        self._cache: OrderedDict[str, Any] = OrderedDict()
        self.dirty: dict[str, int] = {}
        self.count = state.count(owner)

    def get(self, key: str) -> Any:
        """The value last put, or None. Do not change it in place without putting it again."""
        value = self._cache.get(key, _MISSING)
        if value is not _MISSING:
            self._cache.move_to_end(key)
            return value
        value = self._state.load(self.owner, key) if self.count else None
        self._cache[key] = value
        self._shrink()
        return value

    def put(self, key: str, value: Any, at: int = 0) -> None:
        """Keep `value`; None forgets the key. at: event time of its use, nanoseconds, for eviction."""
        self._cache[key] = value
        self._cache.move_to_end(key)
        self.dirty[key] = at
        self._shrink()

    def keys(self) -> list[str]:
        """Every key there is, with what is not yet written."""
        kept = set(self._state.keys(self.owner)) if self.count else set()
        return sorted(key for key in kept | self.dirty.keys() if self._cache.get(key, _MISSING) is not None)

    def _shrink(self) -> None:
        # What is dirty stays until it is written; a batch is bounded, so that is too.
        while len(self._cache) > self._cached + len(self.dirty):
            for key in self._cache:
                if key not in self.dirty:
                    del self._cache[key]
                    break
            else:
                return

    def write(self, db: Connection) -> None:
        gone = [(self.owner, key) for key in self.dirty if self._cache[key] is None]
        kept = [(self.owner, key, at, _encode(self._cache[key])) for key, at in self.dirty.items()
                if self._cache[key] is not None]
        if gone:
            db.executemany("DELETE FROM state WHERE owner = ? AND key = ?", gone)
        if kept:
            db.executemany("INSERT OR REPLACE INTO state (owner, key, used_at, value) VALUES (?, ?, ?, ?)", kept)

    def trim(self, db: Connection) -> None:
        """Drop the oldest tenth when over the bound."""
        self.count = self._state.count_in(db, self.owner)
        if self.count <= self.most:
            return
        excess = self.count - self.most + self.most // 10
        rows = db.execute("SELECT key FROM state WHERE owner = ? ORDER BY used_at LIMIT ?", (self.owner, excess)).fetchall()
        db.executemany("DELETE FROM state WHERE owner = ? AND key = ?", [(self.owner, key) for (key,) in rows])
        for (key,) in rows:
            self._cache.pop(key, None)
            self.dirty.pop(key, None)
        self.evicted += len(rows)
        self.count -= len(rows)


def choices(journal: Journal) -> dict[str, dict[str, str]]:
    """What `format: auto` chose, by source: `name` of the format, and `why`."""
    rows = journal.read().execute("SELECT owner, value FROM state WHERE key = 'choice' AND owner LIKE 'format:%'")
    return {owner.removeprefix("format:"): _decode(value) for owner, value in rows}


class State:
    """All sections. `put` writes what changed inside the batch's transaction; `committed` forgets that it was dirty."""

    _TRIM_EVERY = 64
    _GONE_AT_ONCE = 1_000

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._sections: dict[str, Section] = {}
        self._unwanted: list[str] = []
        self._commits = 0

    def section(self, owner: str, *, most: int = 100_000, cached: int = 10_000) -> Section:
        """The map of `owner`.

        Args:
            most: keys kept in the journal. cached: keys kept in memory.
        """
        found = self._sections.get(owner)
        if found is None:
            found = self._sections[owner] = Section(self, owner, most, cached)
        return found

    def keep(self, prefix: str, owners: Collection[str]) -> None:
        """Of the owners whose names begin so, only these are still wanted: what others remember goes, some with each commit."""
        self._unwanted = [owner for owner in self._owners(prefix) if owner not in owners]
        for owner in [one for one in self._sections if one.startswith(prefix) and one not in owners]:
            del self._sections[owner]

    def _owners(self, prefix: str) -> Iterator[str]:
        # One step in the index each, however many keys an owner has.
        db, last = self._journal.read(), prefix
        while (owner := db.execute("SELECT MIN(owner) FROM state WHERE owner > ?", (last,)).fetchone()[0]) and owner.startswith(prefix):
            yield owner
            last = owner

    def load(self, owner: str, key: str) -> Any:
        row = self._journal.read().execute(
            "SELECT value FROM state WHERE owner = ? AND key = ?", (owner, key)).fetchone()
        return _decode(row[0]) if row else None

    def count(self, owner: str) -> int:
        return self.count_in(self._journal.read(), owner)

    @staticmethod
    def count_in(db: Connection, owner: str) -> int:
        count: int = db.execute("SELECT COUNT(*) FROM state WHERE owner = ?", (owner,)).fetchone()[0]
        return count

    def put(self, db: Connection) -> None:
        self._commits += 1
        if self._unwanted and not db.execute(
                "DELETE FROM state WHERE owner = ?1 AND key IN (SELECT key FROM state WHERE owner = ?1 LIMIT ?2)",
                (self._unwanted[-1], self._GONE_AT_ONCE)).rowcount:
            self._unwanted.pop()
        for section in self._sections.values():
            if section.dirty:
                section.write(db)
                if self._commits % self._TRIM_EVERY == 0:
                    section.trim(db)

    def committed(self) -> None:
        for section in self._sections.values():
            if section.dirty:
                section.count = max(section.count, 1)
                section.dirty.clear()

    def keys(self, owner: str) -> list[str]:
        """Every key that the journal holds for `owner`."""
        rows = self._journal.read().execute("SELECT key FROM state WHERE owner = ?", (owner,))
        return [key for (key,) in rows]
