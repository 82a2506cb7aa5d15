"""A text and what stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class Span(NamedTuple):
    """Offsets in code points, end exclusive."""

    start: int
    end: int
    type: str


class Sample(NamedTuple):
    """Attributes: kind: what the text is about, for a list of what goes wrong."""

    text: str
    spans: list[Span]
    kind: str = ""


class Text:
    """A text that is put together piece by piece and knows where its values stand."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._spans: list[Span] = []

    def add(self, text: str, type_: str = "") -> Text:
        """Append `text`; with a type it is a value to be found."""
        if type_:
            self._spans.append(Span(self._size, self._size + len(text), type_))
        self._parts.append(text)
        self._size += len(text)
        return self

    def sample(self, kind: str = "") -> Sample:
        return Sample("".join(self._parts), self._spans, kind)


def marked(text: str, kind: str = "") -> Sample:
    """A sample of a text in which values stand as «TYPE:value»."""
    made = Text()
    for index, part in enumerate(text.replace("»", "«").split("«")):
        if index % 2:
            type_, _, value = part.partition(":")
            made.add(value, type_)
        else:
            made.add(part)
    return made.sample(kind)


def read(path: Path) -> Iterator[Sample]:
    """Samples from NDJSON: {"text", "spans": [{"start", "end", "type"}]}, `kind` if there is one."""
    for line in path.read_text().splitlines():
        given = json.loads(line)
        yield Sample(given["text"], [Span(s["start"], s["end"], s["type"]) for s in given["spans"]], given.get("kind", ""))


def write(path: Path, samples: Iterable[Sample]) -> None:
    """NDJSON as `sentinel detect` reads it, with what should be found."""
    with path.open("w") as out:
        for number, sample in enumerate(samples):
            out.write(json.dumps({"id": number, "text": sample.text, "spans": [s._asdict() for s in sample.spans],
                                  "kind": sample.kind}) + "\n")
