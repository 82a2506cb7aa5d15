"""What a source hands over: lines, and how far it has read."""

from __future__ import annotations

from msgspec import Struct


class File(Struct, frozen=True, gc=False):
    """One file that a source reads, known by content and not by name.

    Attributes:
        id: 16 hex digits, derived from host, source and the file's first line (see `sources/files/identity.py`); stays
            the same when the file is renamed.
        source: name of the source in the config.
        path: where the file was last seen.
        generation: grows by one each time the file is cut (truncated) and begun again.
    """

    id: str
    source: str
    path: str
    generation: int = 0


class Line(Struct, frozen=True, gc=False):
    """One complete line.

    Attributes:
        file: where it stands.
        offset: of its first byte, in bytes from the file's start.
        data: its bytes without the line end (LF or CRLF).
        size: length in bytes of the whole line, which is more than `len(data)` when it was cut.
        flaw: empty, or why the line cannot be decoded ("too long: 40000021 bytes, the limit is 16777216").
        at: when it was written, nanoseconds, as far as the input knows; 0: it does not.
        stream: who of several that write into one file wrote it; lines of different streams never become one record.
        whole: false: a piece of a line; the next line of this file and stream goes on with it.
    """

    file: File
    offset: int
    data: bytes
    size: int
    flaw: str = ""
    at: int = 0
    stream: str = ""
    whole: bool = True


class Checkpoint(Struct, frozen=True):
    """How far a file has been read, and what tells it from others.

    Attributes:
        file: which file; `file.path` is where it was last seen.
        offset: the first byte that is not yet in the journal; always the start of a line.
        device, inode: of the file when last seen.
        head: hash of the file's first `head_size` bytes (first line, at most 1,024 bytes).
        tail: hash of the up to 256 bytes just before `offset`.
        at: when the source's files were last looked at, nanoseconds.
        cursor: of an input that is not a file: where it goes on, in that input's own words.
        size: of the file, its length in bytes when last looked at; 0 when unknown.
    """

    file: File
    offset: int
    device: int
    inode: int
    head: str
    head_size: int
    tail: str
    at: int
    cursor: str = ""
    size: int = 0


class Gap(Struct, frozen=True):
    """Bytes that were in a file and can no longer be read (cut away before anyone could).

    Attributes:
        file: which file. offset: where the gap begins. size: its length in bytes as far as it is known, 0 when it is not.
        reason: a sentence for a person. at: nanoseconds.
        doubt: nothing is known to be missing, and it cannot be ruled out (what is written between copy and cut of a
            copytruncate, nobody can see).
    """

    file: File
    offset: int
    size: int
    reason: str
    at: int
    doubt: bool = False
