"""What container runtimes and the system journal put around a line. In: a line of a log file. Out: what the program wrote, or None: nothing was put around it.

Docker's json-file driver (`{"log":"...\\n","stream":"stdout","time":"..."}`; a line of more than 16 KiB comes in pieces, of
which only the last ends in LF), the CRI format of containerd and CRI-O (`TIME stdout F text`; `P` marks a piece), and what
`journalctl -o json` writes (systemd's "Journal JSON Format": MESSAGE is text, a list of bytes, or null when it is too large).
"""

from __future__ import annotations

import re

import msgspec

from sentinel.formats._mapping.lenient import NOT_JSON
from sentinel.formats._mapping.time import instant

_CRI = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9}+)?+(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::[^ ]*+)?+ ?+")
_DOCKER = b'{"log":'
_DIGITS = frozenset(b"0123456789")
# A journal's field names begin so; told first, because to look for the time in every line costs more.
_JOURNAL = frozenset(b"_ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_JOURNAL_TIME = b'"__REALTIME_TIMESTAMP"'


class Inner(msgspec.Struct, gc=False):
    """What the program wrote.

    Attributes:
        stream: stdout or stderr, or the process: their pieces may be interleaved. whole: the line ends here.
        at: when the runtime read it, nanoseconds. flaw: empty, or why the text is not there.
    """

    stream: str
    text: bytes
    whole: bool
    at: int
    flaw: str = ""


class _Docker(msgspec.Struct):
    log: str
    stream: str
    time: str


class _Entry(msgspec.Struct, rename={"at": "__REALTIME_TIMESTAMP", "message": "MESSAGE", "pid": "_PID", "line_break": "_LINE_BREAK"}):
    at: str
    message: str | list[int] | None = None
    pid: str = ""
    line_break: str = ""


_docker_line = msgspec.json.Decoder(_Docker).decode
_entry = msgspec.json.Decoder(_Entry).decode


def inner(line: bytes) -> Inner | None:
    """The line without its prefix; None when it has none."""
    if line.startswith(_DOCKER):
        return _docker(line)
    if line.startswith(b'{"') and len(line) > 2 and line[2] in _JOURNAL and _JOURNAL_TIME in line:
        return _journal(line)
    if line[10:11] == b"T" and line[0] in _DIGITS and (match := _CRI.match(line)):
        time, stream, mark = match.groups()
        return Inner(stream.decode(), line[match.end():], mark == b"F", instant(time.decode()))
    return None


def _docker(line: bytes) -> Inner | None:
    try:
        found = _docker_line(line)
    except NOT_JSON:
        return None  # Somebody's own record with a key of that name.
    whole = found.log.endswith("\n")
    text = found.log.removesuffix("\n").removesuffix("\r")
    return Inner(found.stream, text.encode("utf-8", "replace"), whole, instant(found.time))


def _journal(line: bytes) -> Inner | None:
    try:
        found = _entry(line)
    except NOT_JSON:
        return None
    said, at = found.message, instant(found.at)
    if said is None:
        return Inner(found.pid, b"", True, at, "the journal's export left the message out as too large; export it with --all")
    try:
        text = said.encode("utf-8", "replace") if isinstance(said, str) else bytes(said)
    except ValueError:  # no bytes at all
        return None
    return Inner(found.pid, text, found.line_break != "line-max", at)
