"""What container runtimes put around a line. In: a line of a log file. Out: what the program wrote, or None: no container's.

Docker's json-file driver (`{"log":"...\\n","stream":"stdout","time":"..."}`; a line of more than 16 KiB comes in pieces, of
which only the last ends in LF) and the CRI format of containerd and CRI-O (`TIME stdout F text`; `P` marks a piece).
"""

from __future__ import annotations

import re

import msgspec

from sentinel.formats._mapping.time import instant

_CRI = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9}+)?+(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::[^ ]*+)?+ ?+")
_DOCKER = b'{"log":'
_DIGITS = frozenset(b"0123456789")


class Inner(msgspec.Struct, gc=False):
    """What the program wrote.

    Attributes:
        stream: stdout or stderr: their pieces may be interleaved. whole: the line ends here.
        at: when the runtime read it, nanoseconds.
    """

    stream: str
    text: bytes
    whole: bool
    at: int


class _Docker(msgspec.Struct):
    log: str
    stream: str
    time: str


_decode = msgspec.json.Decoder(_Docker).decode


def inner(line: bytes) -> Inner | None:
    """The line without its prefix; None when it has none."""
    if line.startswith(_DOCKER):
        return _docker(line)
    if line[:1] and line[0] in _DIGITS and line[10:11] == b"T" and (match := _CRI.match(line)):
        time, stream, mark = match.groups()
        return Inner(stream.decode(), line[match.end():], mark == b"F", instant(time.decode()))
    return None


def _docker(line: bytes) -> Inner | None:
    try:
        found = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None  # Somebody's own record with a key of that name.
    whole = found.log.endswith("\n")
    text = found.log.removesuffix("\n").removesuffix("\r")
    return Inner(found.stream, text.encode("utf-8", "replace"), whole, instant(found.time))
