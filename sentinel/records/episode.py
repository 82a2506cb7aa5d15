"""An episode: a stretch of time in which sentinel itself, or what it reads, was not as it should be."""

from __future__ import annotations

from msgspec import Struct


class Episode(Struct, frozen=True):
    """One stretch, from when it was noticed until it was over.

    Attributes:
        kind: one of `operational.kinds.KINDS` ("source-silent"). subject: the source's name; empty for what is the host's.
        began_at, ended_at: wall time, nanoseconds; ended_at 0 while it lasts.
        incident: id of the incident that tells people of it. text: what is wrong and what to do, safe to print.
    """

    kind: str
    subject: str
    began_at: int
    incident: str
    text: str
    ended_at: int = 0
