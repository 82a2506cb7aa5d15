"""A dead letter: a line or document that could not be taken, and why."""

from __future__ import annotations

from msgspec import Struct


class DeadLetter(Struct, frozen=True):
    """What was not taken.

    Attributes:
        id: number in the journal (0 before it is written). kind: "line" or "document".
        origin: source name, or the Elasticsearch index. place: "path:offset" or the document's id.
        reason: a sentence, without raw personal data.
        preview: redacted, escaped start of the content, at most 300 characters.
        size: length of the whole content in bytes. at: nanoseconds.
    """

    id: int
    kind: str
    origin: str
    place: str
    reason: str
    preview: str
    size: int
    at: int
