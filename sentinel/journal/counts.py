"""Durable counters: what happened since the journal began, whatever retention has dropped since."""

from __future__ import annotations

from collections.abc import Mapping

from sentinel.journal.database import Connection, Journal


def add(db: Connection, by: Mapping[str, int]) -> None:
    db.executemany(
        "INSERT INTO counts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
        by.items(),
    )


def all_of(journal: Journal) -> dict[str, int]:
    return dict(journal.read().execute("SELECT name, value FROM counts ORDER BY name").fetchall())
