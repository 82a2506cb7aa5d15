"""Patterns compiled by hyperscan, which takes seconds for hundreds of them; so what took long is kept on disk.

In: expressions and flags. Out: a database that scans. The key is all that the outcome depends on: expressions, flags, the
library's version and the processor that it compiles for.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import hyperscan
from hyperscan._version import __version__ as _VERSION

from sentinel.cache import Cache

# What is compiled faster is not worth a file.
_LONG_SECONDS = 0.05


def database(expressions: Sequence[bytes], flags: Sequence[int], store: Cache | None = None) -> Any:
    """A `hyperscan.Database` for whole blocks; a match of the n-th expression has the id n. Not thread-safe.

    Raises: hyperscan.error when it refuses an expression.
    """
    store = store or Cache()
    key = _key(expressions, flags)
    kept = store.get(key)
    if kept is not None:
        with suppress(hyperscan.error):
            return _restored(kept)
    made = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    began = time.monotonic()
    made.compile(expressions=list(expressions), ids=list(range(len(expressions))), elements=len(expressions), flags=list(flags))
    if time.monotonic() - began >= _LONG_SECONDS:
        store.put(key, bytes(hyperscan.dumpb(made)))
    return made


def _restored(kept: bytes) -> Any:
    made = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
    made.scratch = hyperscan.Scratch(made)
    return made


def _key(expressions: Sequence[bytes], flags: Sequence[int]) -> str:
    digest = blake2b(f"{_VERSION}\0{_processor()}\0{len(expressions)}".encode(), digest_size=20)
    for expression, flag in zip(expressions, flags, strict=True):
        digest.update(b"\0%d %d\0" % (flag, len(expression)))
        digest.update(expression)
    return digest.hexdigest()


@cache
def _processor() -> str:
    """What this machine's processor can do; empty when the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")
