"""The documents that paths stand for: a file is one, a line {"id", "text"} of a `.jsonl` file is one.

In: paths, folders among them. Out: names and texts, one at a time, and what is no text.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

LINES = (".jsonl", ".ndjson")
MOST_BYTES = 32 << 20


class Document(Struct, frozen=True):
    """Attributes: size: bytes read for it."""

    name: str
    text: str
    size: int


class _Line(Struct):
    id: str | int
    text: str


_decode = msgspec.json.Decoder(_Line).decode


def size(paths: Iterable[Path]) -> int:
    """Bytes in all files that `documents` would read."""
    total = 0
    for path in _files(paths):
        try:
            total += path.stat().st_size
        except OSError:
            continue  # told when it is read
    return total


def documents(paths: Iterable[Path], wrong: Callable[[str], None]) -> Iterator[Document]:
    """Every document, by name. Args: wrong: told what is left out, and why."""
    for path in _files(paths):
        try:
            if path.suffix in LINES:
                yield from _lines(path, wrong)
            elif document := _whole(path, wrong):
                yield document
        except OSError as error:
            wrong(f"{path}: {error.strerror}")


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))


def _whole(path: Path, wrong: Callable[[str], None]) -> Document | None:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        wrong(f"{path}: larger than {MOST_BYTES >> 20} MB; split it, or make it a .jsonl of {{\"id\", \"text\"}}")
    elif b"\0" in data:
        wrong(f"{path}: no text (it has zero bytes); extract its text first")
    else:
        return Document(str(path), data.decode("utf-8", "replace"), len(data))
    return None


def _lines(path: Path, wrong: Callable[[str], None]) -> Iterator[Document]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MOST_BYTES + 1):
            number += 1
            try:
                given = _decode(line) if line.strip() else None
            except (msgspec.DecodeError, RecursionError):
                wrong(f"{path}:{number}: not a JSON object with \"id\" and \"text\"")
            else:
                if given is not None:
                    yield Document(f"{path}:{given.id}", given.text, len(line))
