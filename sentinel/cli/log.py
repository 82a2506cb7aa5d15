"""What the daemon logs goes to standard error, one safe line an entry; systemd keeps it and adds the time."""

from __future__ import annotations

import logging
import os
import time
import traceback
from types import TracebackType

from sentinel.text import printable

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Safe(logging.Formatter):
    """Escapes what log text may have brought, and leaves out what foreign exceptions quote: only their type and place."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        return "\n  ".join(map(printable, super().format(record).split("\n")))

    def formatException(self, ei: _ExcInfo) -> str:
        error = ei[1]
        return "\n".join([type(error).__name__, *frames(error)]) if error else ""


def frames(error: BaseException) -> list[str]:
    """Where it happened, outermost first: lines of code, no values. The message may quote the log, so it is not here."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
            if f"{os.sep}typer{os.sep}" not in frame.filename]


def to_stderr(level: int = logging.INFO) -> None:
    """Send the program's log there. Under systemd without the time, which the journal has."""
    handler = logging.StreamHandler()
    stamp = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
    handler.setFormatter(Safe(f"{stamp}%(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%SZ"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("sentinel").setLevel(level)
