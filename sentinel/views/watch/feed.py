"""The live view's only reader of the journal. In: the journal, read-only, looked at once a second. Out: the newest
incidents in the order of urgency, the story of one, the vitals.

It asks first whether anything was committed, then which rows moved, and reads those alone.
"""

from __future__ import annotations

from pathlib import Path

from sentinel.clock import SECOND, Clock
from sentinel.errors import JournalError
from sentinel.journal import changes, incidents
from sentinel.journal.database import Journal
from sentinel.records.alert import LEVELS
from sentinel.records.incident import Incident
from sentinel.views import story, vitals
from sentinel.views.vitals import Vitals

MOST = 1_000
_VITALS_EVERY = 5 * SECOND
_CLOSED = ("resolved", "false_positive")


class Feed:
    """What the live view shows.

    Attributes:
        incidents: the newest, the most urgent first. total: how many there are in the journal.
        vitals: None before the first look. problem: why the journal cannot be read, or empty.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.clock = clock
        self.incidents: list[Incident] = []
        self.total = 0
        self.vitals: Vitals | None = None
        self.problem = ""
        self._path = path
        self._journal: Journal | None = None
        self._by_id: dict[str, Incident] = {}
        self._version = -1
        self._mark = changes.Mark()
        self._vitals_at = 0

    def look(self) -> set[str]:
        """Read what has changed. Returns: ids of the incidents whose story is another one now."""
        try:
            journal = self._open()
        except JournalError as error:
            self.problem = str(error)
            return set()
        now = self.clock.now()
        version = changes.version(journal)
        if version != self._version or now - self._vitals_at >= _VITALS_EVERY:
            # The silence of a daemon commits nothing, so the vitals are read again without a commit too.
            self.vitals, self._vitals_at = vitals.read(journal, now), now
        if version == self._version:
            return set()
        self._version = version
        return self._take(journal)

    def told(self, incident: str) -> story.Told | None:
        """Everything about one incident; None when it is gone."""
        found = self._by_id.get(incident)
        return story.read(self._journal, found) if found and self._journal else None

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()

    def _open(self) -> Journal:
        if self._journal is None:
            self._journal = Journal(self._path, readonly=True)
            self.problem = ""
        return self._journal

    def _take(self, journal: Journal) -> set[str]:
        mark, before = changes.mark(journal), self._mark
        if mark == before:
            return set()
        # Fewer rows than before, or lower numbers: retention has dropped some, or the journal is another one.
        anew = before == changes.Mark() or mark.count < before.count or mark.incidents < before.incidents
        moved = incidents.listed(journal, limit=MOST) if anew else changes.incidents(journal, before)
        touched = {i.id for i in moved} | changes.timelines(journal, before)
        if anew:
            self._by_id.clear()
        else:
            touched |= {step.incident for step in changes.steps(journal, before)}
        self._by_id.update((i.id, i) for i in moved)
        self._arrange()
        self._mark, self.total = mark, mark.count
        return touched

    def _arrange(self) -> None:
        if len(self._by_id) > MOST:
            newest = sorted(self._by_id.values(), key=lambda i: -i.last_at)[:MOST]
            self._by_id = {i.id: i for i in newest}
        self.incidents = sorted(self._by_id.values(), key=urgency)


def urgency(incident: Incident) -> tuple[bool, int, int, str]:
    """Sorts what is not closed first, then the gravest, then the newest."""
    level = LEVELS.index(incident.severity) if incident.severity in LEVELS else 0
    return (incident.state in _CLOSED, -level, -incident.last_at, incident.id)
