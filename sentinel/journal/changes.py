"""What has changed since a reader last looked, so that a live view costs nothing while nothing happens.

Every change of an incident or step replaces its row, and a replaced row gets a new, greater rowid.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from sentinel.journal.database import Journal
from sentinel.records.incident import Incident
from sentinel.records.run import Step

_incident = msgspec.json.Decoder(Incident).decode
_step = msgspec.json.Decoder(Step).decode


class Mark(Struct, frozen=True):
    """How far the tables had moved. incidents, steps, timeline: the greatest rowid. count: number of incidents."""

    incidents: int = 0
    steps: int = 0
    timeline: int = 0
    count: int = 0


def version(journal: Journal) -> int:
    """Differs from the last answer on this thread when another connection has committed since."""
    number: int = journal.read().execute("PRAGMA data_version").fetchone()[0]
    return number


def mark(journal: Journal) -> Mark:
    row = journal.read().execute(
        "SELECT (SELECT COALESCE(MAX(rowid), 0) FROM incidents), (SELECT COALESCE(MAX(rowid), 0) FROM steps), "
        "(SELECT COALESCE(MAX(seq), 0) FROM timeline), (SELECT COUNT(*) FROM incidents)").fetchone()
    return Mark(*row)


def incidents(journal: Journal, since: Mark) -> list[Incident]:
    """Those that changed, in the order of their last change."""
    rows = journal.read().execute("SELECT body FROM incidents WHERE rowid > ? ORDER BY rowid", (since.incidents,))
    return [_incident(body) for (body,) in rows]


def steps(journal: Journal, since: Mark) -> list[Step]:
    """Those that changed, in the order of their last change."""
    rows = journal.read().execute("SELECT body FROM steps WHERE rowid > ? ORDER BY rowid", (since.steps,))
    return [_step(body) for (body,) in rows]


def timelines(journal: Journal, since: Mark) -> set[str]:
    """Ids of the incidents whose timeline has grown."""
    rows = journal.read().execute("SELECT DISTINCT incident FROM timeline WHERE seq > ?", (since.timeline,))
    return {incident for (incident,) in rows}
