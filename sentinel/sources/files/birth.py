"""When a file was made, as far as its file system keeps that: what tells a file made anew from one that was cut.

In: a path. Out: nanoseconds. Python's own `os.stat` does not say it on Linux, so the system is asked itself (statx, since
Linux 4.11).
"""

from __future__ import annotations

import ctypes
import os
import struct

_AT_FDCWD, _BIRTH = -100, 0x800
_statx = getattr(ctypes.CDLL(None), "statx", None)


def born(path: str) -> int:
    """Nanoseconds; 0 when nobody can say."""
    # struct statx: the mask of what was filled comes first, the time of birth (seconds, nanoseconds) at byte 80.
    answer = ctypes.create_string_buffer(256)
    if _statx is None or _statx(_AT_FDCWD, os.fsencode(path), 0, _BIRTH, answer) != 0:
        return 0
    mask, = struct.unpack_from("=I", answer)
    seconds, nanoseconds = struct.unpack_from("=qI", answer, 80)
    return int(seconds) * 1_000_000_000 + int(nanoseconds) if mask & _BIRTH else 0
