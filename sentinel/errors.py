"""What can go wrong, as few classes as the exit codes and the reader need.

Out goes a message a tired person can act on: where, which key, what is wrong, what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class SentinelError(Exception):
    """A fault with a message for a person; never shown with a traceback.

    Attributes:
        exit_code: what the command line exits with when this ends it.
    """

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file that a person wrote: `file:line: key: what; do`."""

    file: str
    line: int
    key: str
    what: str
    do: str = ""

    @property
    def said(self) -> str:
        """All but the place: `key: what; do`."""
        return (f"{self.key}: " if self.key else "") + self.what + (f"; {self.do}" if self.do else "")

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.said}"


class ConfigError(SentinelError):
    """A config, rule, playbook, format or recipe is wrong. Carries all mistakes of the file together."""

    exit_code = 2

    def __init__(self, mistakes: list[Mistake] | Mistake) -> None:
        self.mistakes = [mistakes] if isinstance(mistakes, Mistake) else list(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class Unreadable(SentinelError):
    """A log line that its format cannot take; it becomes a dead letter with this text as the reason.

    The text must not quote the line: the line may hold personal data.

    Attributes: salvaged: records of the same line that could be read all the same.
    """

    def __init__(self, reason: str, salvaged: Sequence[Any] = ()) -> None:
        super().__init__(reason)
        self.salvaged = salvaged


class JournalError(SentinelError):
    """The journal cannot be opened, read or written; the message says why and what to do."""


class NoJournal(JournalError):
    """There is none yet, or a daemon that is starting is just making it."""
