"""What Slack would show, written to a terminal or a file: for trying sentinel out, and where there is no Slack.

In: a message. Out: text. A message is found again by its id, which stands in its last line.
"""

from __future__ import annotations

import html
import os
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sentinel.actions._base import Failed
from sentinel.actions.slack._message import Message

_WIDTH = 78


class Console:
    """One file, or the standard output (`-`)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def post(self, message: Message, number: str, *, thread: str = "", loud: bool = False, upto: int = 0) -> tuple[str, str]:
        head = "Slack, in the thread" + (" and in the channel" if loud else "") if thread else "Slack, new message"
        self._write("".join(shown(message, head, f"{number}:{upto}" if thread else number)))
        return "console", thread or number

    def edit(self, message: Message, channel: str, ts: str) -> bool:
        self._write("".join(shown(message, "Slack, the message is now", ts)))
        return True

    def find(self, number: str, since_seconds: int) -> tuple[str, str] | None:
        return ("console", number) if any(line.rstrip().endswith(f" {number}") for line in self._lines()) else None

    def upto(self, prefix: str, channel: str, ts: str) -> int:
        ids = [line.rstrip().rsplit(" ", 1)[-1] for line in self._lines()]
        return max((int(number.rsplit(":", 1)[1]) for number in ids if number.startswith(prefix)), default=0)

    def test(self) -> str:
        if self._path != Path("-") and not os.access(self._path.parent, os.W_OK):
            raise Failed(f"{self._path.parent} cannot be written")
        return "messages go to " + ("the standard output" if self._path == Path("-") else str(self._path))

    def _write(self, text: str) -> None:
        try:
            if self._path == Path("-"):
                coding = sys.stdout.encoding or "utf-8"
                sys.stdout.write(text.encode(coding, "replace").decode(coding))
                sys.stdout.flush()
                return
            with self._path.open("ab", buffering=0) as file:
                file.write(text.encode("utf-8", "replace"))  # one write: whole or not at all
        except OSError as error:
            raise Failed(f"the console cannot be written: {error.strerror}", retry=True) from error

    def _lines(self) -> Iterator[str]:
        if self._path != Path("-") and self._path.exists():
            with self._path.open(encoding="utf-8", errors="replace") as file:
                yield from (line for line in file if line.startswith("└"))


def shown(message: Message, head: str, number: str) -> Iterator[str]:
    """A message as a person sees it."""
    yield f"\n┌─ {head} {'─' * max(0, _WIDTH - len(head) - 4)}\n"
    for block in message.blocks:
        for line in _block(block):
            yield f"│ {line}\n" if line else "│\n"
    yield f"└─ {number}\n"


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    if "fields" in block:
        texts = [_text(field) for field in block["fields"]]
        for label, value in zip(texts[::2], texts[1::2], strict=True):
            yield from textwrap.wrap(value, _WIDTH - 2, initial_indent=f"{label:10}", subsequent_indent=" " * 10)
        return
    if block.get("text", {}).get("type") == "mrkdwn" or block["type"] == "context":
        yield ""
    texts = [_text(part) for part in block.get("elements", ())] or [_text(block["text"])]
    for text in texts:
        for line in text.split("\n"):
            yield from textwrap.wrap(line, _WIDTH - 2, subsequent_indent="  ", break_on_hyphens=False) or [""]
    if block["type"] == "header":
        yield ""


def _text(part: Mapping[str, Any]) -> str:
    text = html.unescape(part["text"])
    # The stars around our own labels are Slack's way of bold; hostile text is never markup.
    return text.replace("*", "") if part["type"] == "mrkdwn" else text
