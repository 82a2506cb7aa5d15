"""What `sentinel detect` is asked, line by line, and what it answers.

In: lines with a text each. Out: what stands in the texts, as JSON lines or as a table. Apart from the command, because what
decodes and encodes is slow to import.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import msgspec
from msgspec import Raw, Struct

from sentinel.detectors import Inspection, Texts
from sentinel.text import printable

_AT_ONCE_BYTES = 1 << 20
# What an id may hold that a terminal obeys, or that reorders what it shows: then all is escaped.
_HARMFUL = re.compile(rb"[^\n -~]")


class _Question(Struct):
    """One line. The id is given back as it was written."""

    id: Raw
    text: str


_decode = msgspec.json.Decoder(_Question).decode
_encode_lines = msgspec.json.Encoder().encode_lines


class Answers:
    """Looks at all lines together that are there, which costs a fraction of looking at each.

    Attributes:
        wrong: lines that ask nothing.
    """

    def __init__(self, file: str, texts: Texts) -> None:
        self._file, self._texts = file, texts
        self.wrong = 0
        self._number = 0
        self._waiting: list[_Question] = []
        self._size = 0

    def ask(self, line: bytes) -> None:
        """Take one line up; it is answered with the others that wait."""
        self._number += 1
        question: _Question | None
        try:
            question = _decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            if not line.strip():
                return
            # Python reads more than is JSON: half of a pair of surrogates, other encodings.
            question = _given(line)
        if question is None:
            self.wrong += 1
            print(f"{printable(self._file)}:{self._number}: not a JSON object with \"id\" and \"text\"; skipped", file=sys.stderr)
            return
        self._waiting.append(question)
        self._size += len(line)
        if self._size > _AT_ONCE_BYTES:
            self.give()

    def give(self) -> None:
        """Print what waits."""
        asked, self._waiting, self._size = self._waiting, [], 0
        if not asked:
            return
        self._tell(asked, self._texts.inspect_many([question.text for question in asked]))

    def _tell(self, asked: list[_Question], found: list[Inspection]) -> None:
        self._put([_document(question.id, inspection) for question, inspection in zip(asked, found, strict=True)])

    def _put(self, documents: list[dict[str, Any]]) -> None:
        said = _encode_lines(documents)
        if _HARMFUL.search(said):
            from sentinel.views import terminal

            for document in documents:
                terminal.put_json({**document, "id": json.loads(bytes(document["id"]))})
        else:
            sys.stdout.write(said.decode())


class Explained(Answers):
    """Answers with reasons: for who tunes thresholds, not for many."""

    def _tell(self, asked: list[_Question], found: list[Inspection]) -> None:
        documents = []
        for question, inspection in zip(asked, found, strict=True):
            document = _document(question.id, inspection)
            for span, why in zip(document["spans"], self._texts.reasons(question.text, inspection.spans), strict=True):
                span["reasons"] = why
            if sys.stdout.isatty():
                _put_table(question.text, document)
            documents.append(document)
        if not sys.stdout.isatty():
            self._put(documents)


def _put_table(text: str, document: dict[str, Any]) -> None:
    from sentinel.views import terminal

    print(f"{printable(bytes(document['id']).decode('utf-8', 'replace'))}: injection {document['scores']['injection']:.2f}")
    rows = [[span["type"], printable(text[span["start"]:span["end"]], 40), f"{span['score']:.2f}", "; ".join(span["reasons"])]
            for span in document["spans"]]
    if rows:
        terminal.put_table(["TYPE", "VALUE", "SCORE", terminal.Column("WHY", wraps=True)], rows)


def _given(line: bytes) -> _Question | None:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or "id" not in given or not isinstance(given.get("text"), str):
        return None
    return _Question(Raw(json.dumps(given["id"]).encode()), given["text"])


def _document(id_: Raw, found: Inspection) -> dict[str, Any]:
    return {
        "id": id_,
        "spans": [{"start": f.start, "end": f.end, "type": f.type, "score": f.score} for f in found.spans],
        "scores": {name: round(score, 4) for name, score in found.scores.items()}}
