"""This host's own secrets, of which the config has hashes: they are found wherever they stand, also within other text.

In: entries that `sentinel protect secret` printed, and texts. Out: findings. Four letters of a secret stand in its entry, so
that the shared scan finds candidates at no cost. A candidate is then asked for a short tag, and only what has it for the slow hash.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from sentinel.detectors._base import Text
from sentinel.records.finding import Finding
from sentinel.scan import Pattern

TYPE = "secret.protected"
# Four letters are known, and sixteen bits of the rest can be tested fast: what is left must be too much to guess.
SHORTEST, LONGEST = 12, 4096
_ANCHOR, _SALT, _HASH = 4, 16, 32
_VERSION = "v1"
# Scrypt's, at 4 MB and some milliseconds. One wrong candidate in 65,536 comes so far; a hostile text has no more than these.
_COST, _MOST_HASHED = 4096, 50


class Protected(Struct, frozen=True):
    """A secret that nobody can read from this.

    Attributes:
        name: what people call it.
        size: its length in characters. at: where `anchor`, four of them, stands.
        salt: drawn for it. tag, hash: of salt and secret.
    """

    name: str
    size: int
    at: int
    anchor: str
    salt: bytes
    tag: bytes
    hash: bytes

    @classmethod
    def of(cls, name: str, secret: str, salt: bytes) -> Protected:
        """Args: salt: 16 random bytes. Raises: ValueError: the secret is too short, too long, or has line breaks."""
        if not SHORTEST <= len(secret) <= LONGEST:
            raise ValueError(f"it has {len(secret)} characters; {SHORTEST} to {LONGEST} can be protected")
        if not secret.isprintable():
            raise ValueError("it has line breaks or other characters that cannot be seen; protect one line of it")
        if not name or not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
            raise ValueError("its name may have letters, digits, '-', '_' and '.'")
        at = max(range(len(secret) - _ANCHOR + 1), key=lambda i: _rarity(secret[i:i + _ANCHOR]))
        return cls(name, len(secret), at, secret[at:at + _ANCHOR], salt, _tag(salt, secret), _hash(salt, secret))

    @classmethod
    def read(cls, text: str) -> Protected:
        """An entry as `str` gives it. Raises: ValueError: it is none."""
        try:
            name, version, size, at, *rest = text.split(":")
            anchor, salt, tag, hashed = (base64.b64decode(part, validate=True) for part in rest)
            one = cls(name, int(size), int(at), anchor.decode(), salt, tag, hashed)
        except (ValueError, binascii.Error) as error:
            raise ValueError("not what `sentinel protect secret` prints") from error
        if version != _VERSION or not SHORTEST <= one.size <= LONGEST or not 0 <= one.at <= one.size - _ANCHOR \
                or len(one.anchor) != _ANCHOR or len(salt) != _SALT or len(tag) != 2 or len(hashed) != _HASH:
            raise ValueError("damaged, or of another version: make it again with `sentinel protect secret`")
        return one

    def __str__(self) -> str:
        parts = (base64.b64encode(part).decode() for part in (self.anchor.encode(), self.salt, self.tag, self.hash))
        return ":".join((self.name, _VERSION, str(self.size), str(self.at), *parts))

    def tagged(self, candidate: str) -> bool:
        """Whether it may be the secret: wrong for one of 65,536."""
        return hmac.compare_digest(_tag(self.salt, candidate), self.tag)

    def is_(self, candidate: str) -> bool:
        return hmac.compare_digest(_hash(self.salt, candidate), self.hash)


class Protection:
    """Entries ready to be looked for: `patterns` for the shared scan, `find` for places."""

    def __init__(self, entries: Sequence[Protected]) -> None:
        self._entries = entries
        self.patterns = [Pattern(entry.anchor, literal=True) for entry in entries]

    def find(self, texts: Iterable[Text], hits: Iterable[int]) -> list[Finding]:
        """Args: hits: indexes into `patterns` that the shared scan saw."""
        wanted = [self._entries[hit] for hit in hits]
        findings: list[Finding] = []
        left = _MOST_HASHED
        for field, text in texts if wanted else ():
            for entry in wanted:
                for start in _places(entry, text):
                    # Beyond what is hashed, the tag alone must do: better hidden once too often.
                    if left <= 0 or entry.is_(text[start:start + entry.size]):
                        findings.append(Finding(TYPE, field, start, start + entry.size, 0.99))
                    left -= 1
        return findings


def _places(entry: Protected, text: str) -> Iterator[int]:
    found = text.find(entry.anchor)
    while found >= 0:
        start = found - entry.at
        if start >= 0 and start + entry.size <= len(text) and entry.tagged(text[start:start + entry.size]):
            yield start
        found = text.find(entry.anchor, found + 1)


def _tag(salt: bytes, value: str) -> bytes:
    return hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=2, salt=salt, person=b"sentinel.tag").digest()


def _hash(salt: bytes, value: str) -> bytes:
    return hashlib.scrypt(value.encode("utf-8", "replace"), salt=salt, n=_COST, r=8, p=1, dklen=_HASH)


def _rarity(part: str) -> int:
    """Letters and words are everywhere; digits, capitals and marks next to each other are not."""
    return 4 * len(set(part)) + sum(3 if c.isupper() else 2 if c.isdigit() else 1 if not c.isalpha() else 0 for c in part)
