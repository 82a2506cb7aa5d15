"""What was made with much work, kept on disk under the digest of all that it was made of.

In: a key and bytes. Out: the same bytes, or None. Nothing depends on it: what is damaged, not ours, or open to others is not
read, and where nothing can be written nothing is kept. Writing is a rename, so that a reader sees all or nothing.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

# The longest unused go first.
_MOST_FILES = 64
_MOST_BYTES = 256 << 20
_LARGEST = 64 << 20
_SUFFIX = ".kept"
_DIGEST = 32


class Cache:
    """A folder of files that only this user may write. Files hold the digest of their content, then the content."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _usual()

    def get(self, key: str) -> bytes | None:
        """What was put under `key`."""
        path = self._path(key)
        try:
            if not _private(self._folder.lstat()):
                return None
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with open(handle, "rb") as file:
                known = os.fstat(handle)
                if not (stat.S_ISREG(known.st_mode) and _private(known) and known.st_size <= _LARGEST):
                    return None
                digest, content = file.read(_DIGEST), file.read(_LARGEST)
        except OSError:
            return None
        if _digest(content) != digest:
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep `content`, if that can be."""
        if len(content) + _DIGEST > _LARGEST:
            return
        fresh = self._path(f"{key}.{os.getpid()}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _private(self._folder.lstat()):
                return
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with open(handle, "wb") as file:
                file.write(_digest(content) + content)
            fresh.replace(self._path(key))
            self._trim()
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _trim(self) -> None:
        known = [(path.stat(), path) for path in self._folder.glob(f"*{_SUFFIX}")]
        known.sort(key=lambda one: one[0].st_mtime_ns, reverse=True)
        total = 0
        for number, (about, path) in enumerate(known):
            total += about.st_size
            if number >= _MOST_FILES or total > _MOST_BYTES:
                path.unlink(missing_ok=True)


def _usual() -> Path:
    """systemd's CacheDirectory=, or what the XDG base directory specification says."""
    given = os.environ.get("CACHE_DIRECTORY", "").partition(":")[0]
    if given.startswith("/"):
        return Path(given)
    named = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(named) if named.startswith("/") else Path(os.environ.get("HOME") or "/nonexistent") / ".cache"
    return home / "sentinel"


def _private(known: os.stat_result) -> bool:
    """Ours, and nobody else can write to it: what it holds is run by the scan's engine."""
    return known.st_uid == os.geteuid() and not known.st_mode & 0o022


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST).digest()
