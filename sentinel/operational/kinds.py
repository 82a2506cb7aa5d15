"""Every kind of operational alert: what it is called, how grave it is, where its run-book stands.

In: nothing. Out: `KINDS`; the built-in rules of operational alerts, which stand in no folder because nobody writes them.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

RULE = "sentinel.operational."
STORY = "operational"
_SOURCE, _JOURNAL, _ELASTIC = (f"docs/runbooks/{name}.md" for name in ("source-trouble", "journal-unwritable", "elasticsearch-away"))


class Kind(Struct, frozen=True):
    """One kind.

    Attributes:
        name: the rule's id is `sentinel.operational.` and this. title, level, runbook: of its alerts.
        over: said when it is well again; empty for what cannot be made good, whose incident stays open for a person.
        minor: `status` stays "well".
    """

    name: str
    title: str
    level: str
    runbook: str
    over: str = ""
    minor: bool = False

    @property
    def rule(self) -> str:
        return RULE + self.name


def lasts(rules: Collection[str]) -> bool:
    """Whether an incident of these rules tells of a stretch of time, and not of single events such as gaps."""
    return any(kind.over for kind in KINDS.values() if kind.rule in rules)


KINDS = {kind.name: kind for kind in (
    Kind("source-silent", "A source has fallen silent", "medium", _SOURCE, "lines come again"),
    Kind("source-unreadable", "Lines of a source can no longer be read", "high", _SOURCE, "its lines can be read again"),
    Kind("source-clock", "Times of a source are off by whole or half hours", "medium", _SOURCE, "its times agree with the clock"),
    Kind("source-gap", "Lines were gone before anyone could read them", "medium", _SOURCE, minor=True),
    Kind("files-unwatched", "Changes of files are seen late", "low", _SOURCE, "changes are seen at once again", minor=True),
    Kind("journal-unwritable", "The journal could not be written", "high", _JOURNAL, "it can be written again"),
    Kind("elasticsearch-away", "Elasticsearch is out of reach", "medium", _ELASTIC, "it answers again"),
)}
