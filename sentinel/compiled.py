"""Patterns compiled by hyperscan, which takes seconds for hundreds of them; so what took long is kept on disk.

In: expressions. Out: a database that scans. The key is all that the outcome depends on: ids, expressions, flags, the
library's version and the processor that it compiles for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import hyperscan
from hyperscan._version import __version__ as _VERSION

from sentinel.cache import Cache

log = logging.getLogger("sentinel")

# What is compiled faster is not worth a file.
_LONG_SECONDS = 0.05
# So many take seconds, and whoever waits wants to know for what.
_MANY = 1_000


class Expression(NamedTuple):
    """Attributes: id: what a match reports; several may have one. flags: hyperscan's."""

    id: int
    text: bytes
    flags: int


def database(expressions: Sequence[Expression], store: Cache | None = None) -> Any:
    """A `hyperscan.Database` for whole blocks. Not thread-safe.

    Raises: hyperscan.error when it refuses an expression.
    """
    store = store or Cache()
    key = _key(expressions)
    kept = store.get(key)
    if kept is not None:
        with suppress(hyperscan.error):
            return _restored(kept)
    made = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    if len(expressions) >= _MANY:
        log.info("compiling %d patterns; they are kept, and the next start is fast", len(expressions))
    began = time.monotonic()
    made.compile(expressions=[e.text for e in expressions], ids=[e.id for e in expressions], elements=len(expressions),
                 flags=[e.flags for e in expressions])
    if time.monotonic() - began >= _LONG_SECONDS:
        store.put(key, bytes(hyperscan.dumpb(made)))
    return made


def _restored(kept: bytes) -> Any:
    made = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
    made.scratch = hyperscan.Scratch(made)
    return made


def _key(expressions: Sequence[Expression]) -> str:
    digest = blake2b(f"{_VERSION}\0{_processor()}\0{len(expressions)}".encode(), digest_size=20)
    for id_, text, flags in expressions:
        digest.update(b"\0%d %d %d\0" % (id_, flags, len(text)))
        digest.update(text)
    return digest.hexdigest()


@cache
def _processor() -> str:
    """What this machine's processor can do; empty when the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")
