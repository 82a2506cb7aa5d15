"""Canary strings: planted where no answer should take them from, and known again when one does.

In: a canary once, later texts. Out: the names of the canaries in a text, however case, spaces, punctuation or markdown split
them. Of a canary a keyed hash is kept, and six of its letters, by which it is looked for: of one that is made here these are
30 of 124 bits.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from sentinel.corpus.fingerprint import words
from sentinel.errors import SentinelError
from sentinel.scan import Pattern, Scan

FILE = "canaries.json"
# Without what is easily misread.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 5, 5
_ANCHOR, _LEAST = 6, 12
_MOST_PLACES = 64


class Canary(Struct, frozen=True):
    """Attributes: anchor: six of its letters, from letter `at` of `length`. hash: of all its letters. made_at: nanoseconds."""

    name: str
    note: str
    anchor: str
    at: int
    length: int
    hash: str
    made_at: int


def drawn() -> str:
    """A new one: 25 random letters and digits, 124 bits, in groups."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def canary(name: str, text: str, key: bytes, *, note: str = "", made_at: int = 0) -> Canary:
    """What is kept of a canary. Raises: SentinelError: it is too short to be none by chance."""
    letters = _letters(words(text))
    if len(letters) < _LEAST:
        raise SentinelError(f"a canary needs {_LEAST} letters and digits or more, this one has {len(letters)}; "
                            "`sentinel corpus canary make` draws a good one")
    at = (len(letters) - _ANCHOR) // 2
    return Canary(name, note, letters[at:at + _ANCHOR], at, len(letters), _hash(letters, key), made_at)


class Canaries:
    """All of them, ready to be looked for. Not thread-safe: one thread looks."""

    def __init__(self, all_: Sequence[Canary] = (), key: bytes = b"") -> None:
        self.all, self._key = all_, key
        self._scan = Scan([Pattern(one.anchor, literal=True) for one in all_])

    def found(self, said: Sequence[bytes]) -> list[str]:
        """Names of those in a text, sorted. Args: said: its words, as `fingerprint.words` gives them."""
        letters = _letters(said)
        return sorted(self.all[index].name for index in self._scan.hits(letters) if self._stands(self.all[index], letters))

    def _stands(self, one: Canary, letters: str) -> bool:
        return any(_hash(letters[at - one.at:at - one.at + one.length], self._key) == one.hash
                   for at in _places(one.anchor, letters) if at >= one.at)


def read(folder: Path) -> list[Canary]:
    """Those registered in a folder. Raises: SentinelError: the file cannot be read, or is damaged."""
    path = folder / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Canary])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise SentinelError(f"the canaries in {path} cannot be read: {reason}; check its owner, or restore it from a backup") from error


def _letters(said: Sequence[bytes]) -> str:
    return b"".join(said).decode("utf-8", "replace")


def _hash(letters: str, key: bytes) -> str:
    return blake2b(letters.encode(), digest_size=16, key=key, person=b"canary").hexdigest()


def _places(anchor: str, letters: str) -> Iterator[int]:
    at = letters.find(anchor)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at
        at = letters.find(anchor, at + 1)
