"""A finding: what a detector saw in one text of an event."""

from __future__ import annotations

from msgspec import Struct


class Finding(Struct, frozen=True, gc=False):
    """One typed span.

    Attributes:
        type: "EMAIL", "CREDIT_CARD", "secret.github_pat", "injection.override", ...
        field: the event field whose text holds it.
        start, end: offsets in code points of that text, end exclusive.
        score: confidence, 0 to 1.
        sensitive: whether the span must be replaced by a pseudonym before it is stored or shipped.
    """

    type: str
    field: str
    start: int
    end: int
    score: float
    sensitive: bool = True
