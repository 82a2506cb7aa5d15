"""What was used before. In: values. Out: whether one is new. Kept are four bytes of a digest of each, and of a bounded number.

Who has used as many different ones as are kept has no habit, so nothing is new to them any more.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

_SIZE = 4


def meet(known: bytes, value: str, most: int) -> tuple[bytes, bool]:
    """`known` with `value` in it, and whether it is new.

    Args:
        most: how many are kept.
    """
    one = mark(value)
    # One that begins within another is taken for known: with 250 kept, once in five million new ones.
    if one in known:
        return known, False
    full = len(known) >= most * _SIZE
    return (known[_SIZE:] if full else known) + one, not full


def mark(value: str) -> bytes:
    """What is kept of a value."""
    # A client writes it, perhaps 5 MB long: that is not remembered as it is.
    return _short(value) if len(value) <= 256 else _digest(value)


def _digest(value: str) -> bytes:
    return blake2b(value.encode("utf-8", "replace"), digest_size=_SIZE).digest()


_short = lru_cache(4096)(_digest)
