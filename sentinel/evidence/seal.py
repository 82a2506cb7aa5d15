"""Log text that must wait in the journal unredacted, encrypted. In: bytes. Out: bytes that only this host can open.

AES-256-GCM; the key is derived from the key of the pseudonyms, so there is one secret to guard. What is sealed is short-lived:
unfinished records wait seconds. The name it is kept under is authenticated, so that one value cannot be put in another's place.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sentinel.journal.state import Section

_NONCE = 12


class Seal:
    """Seals and opens. Args: key: 32 bytes, of `keys.load_or_create`."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(blake2b(key, digest_size=32, person=b"sentinel.sealed").digest())

    def close(self, data: bytes, name: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, data, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes | None:
        """None: it was sealed with another key, or altered."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            return None


class Sealed:
    """A section of the journal's state whose values are sealed bytes."""

    def __init__(self, section: Section, seal: Seal) -> None:
        self._section, self._seal = section, seal

    def get(self, key: str) -> bytes | None:
        sealed = self._section.get(key)
        return None if sealed is None else self._seal.open(sealed, f"{self._section.owner}/{key}")

    def put(self, key: str, value: Any, at: int = 0) -> None:
        self._section.put(key, None if value is None else self._seal.close(value, f"{self._section.owner}/{key}"), at)

    def keys(self) -> list[str]:
        return self._section.keys()
