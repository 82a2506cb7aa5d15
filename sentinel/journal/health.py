"""What the daemon says of itself, for `status` and `watch` in other processes."""

from __future__ import annotations

from typing import Any

import msgspec

from sentinel.journal.database import Connection, Journal

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def put(db: Connection, name: str, at: int, body: dict[str, Any]) -> None:
    """Say `body` (JSON) under `name` ("daemon", "source:NAME", "elastic", ...)."""
    db.execute("INSERT OR REPLACE INTO health (name, at, body) VALUES (?, ?, ?)", (name, at, _encode(body)))


def all_of(journal: Journal) -> dict[str, tuple[int, dict[str, Any]]]:
    """name -> (when it was said, what)."""
    rows = journal.read().execute("SELECT name, at, body FROM health ORDER BY name")
    return {name: (at, _decode(body)) for name, at, body in rows}
