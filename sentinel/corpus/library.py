"""The folder `corpus` beside the journal: a file for each corpus, and one for the canaries.

In: the folder and the key. Out: what is in force. The command line writes there; the daemon looks now and then what has changed
and takes it, between two texts. What is damaged is told once and left out, and the rest goes on.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

import msgspec

from sentinel.corpus import canary
from sentinel.corpus.canary import Canaries, Canary
from sentinel.corpus.file import Corpus
from sentinel.corpus.fingerprint import Printer
from sentinel.errors import SentinelError

log = logging.getLogger("sentinel.corpus")

FOLDER, SUFFIX = "corpus", ".corpus"
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}")
_Seen = dict[str, tuple[int, int, int]]


def folder_of(journal: Path) -> Path:
    """Where the corpora of a journal are."""
    return journal.parent / FOLDER


def key_of(pseudonyms: bytes) -> bytes:
    """The key of fingerprints and canaries, from that of the pseudonyms: one secret to keep, two that tell nothing of each other."""
    return blake2b(b"fingerprints", key=pseudonyms, digest_size=32, person=b"corpus").digest()


class Library:
    """All corpora and canaries of a folder. One thread calls `refresh`, another may read the attributes meanwhile.

    Attributes: corpora: those that can be read. canaries: the registered ones. problems: what is wrong, by file name.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder, self.key = folder, key
        self.printer = Printer(key)
        self.corpora: tuple[Corpus, ...] = ()
        self.canaries = Canaries()
        self.problems: dict[str, str] = {}
        self._seen: _Seen = {}

    def refresh(self) -> bool:
        """Take what has changed in the folder since the last time. Returns: whether anything had."""
        try:
            there = _there(self.folder)
        except SentinelError as error:
            # What was read stays in force.
            if self.problems.get("") != str(error):
                self._tell("", error)
            return False
        self.problems.pop("", None)
        if there == self._seen:
            return False
        known = {one.path.name: one for one in self.corpora}
        self.problems = {name: problem for name, problem in self.problems.items() if there.get(name) == self._seen.get(name)}
        kept: list[Corpus] = []
        for name in sorted(there):
            unchanged = there[name] == self._seen.get(name)
            if name == canary.FILE:
                self.canaries = self.canaries if unchanged else self._canaries()
            elif corpus := (known.get(name) if unchanged else self._opened(name)):
                kept.append(corpus)
        if canary.FILE not in there:
            self.canaries = Canaries()
        self.corpora, self._seen = tuple(kept), there
        return True

    def _opened(self, name: str) -> Corpus | None:
        try:
            return Corpus(self.folder / name, self.key)
        except SentinelError as error:
            self._tell(name, error)
            return None

    def _canaries(self) -> Canaries:
        try:
            return Canaries(canary.read(self.folder), self.key)
        except SentinelError as error:
            self._tell(canary.FILE, error)
            return Canaries()

    def _tell(self, name: str, error: SentinelError) -> None:
        self.problems[name] = str(error)
        log.error("%s; the others go on", error)


def _there(folder: Path) -> _Seen:
    """What is in the folder, and by what a change of it shows."""
    seen: _Seen = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                # A pipe would be read for ever; what leads nowhere must not hide the others.
                if not entry.name.startswith(".") and entry.name.endswith((SUFFIX, canary.FILE)) and entry.is_file():
                    with suppress(FileNotFoundError):
                        about = entry.stat()
                        seen[entry.name] = about.st_ino, about.st_mtime_ns, about.st_size
    except FileNotFoundError:
        return seen  # Nobody has made it yet.
    except OSError as error:
        raise SentinelError(f"the folder {folder} cannot be read: {error.strerror}; check its owner, or run as the daemon's user") from error
    return seen


# What the command line does there


def path_of(folder: Path, name: str) -> Path:
    """The file of a corpus. Raises: SentinelError: no corpus can have this name."""
    if not _NAME.fullmatch(name):
        raise SentinelError(f"{name!r} is no name for a corpus; take letters, digits, '_', '-' and '.', at most 64")
    return folder / f"{name}{SUFFIX}"


def names(folder: Path) -> list[str]:
    """Of all corpora there, sorted."""
    return sorted(name.removesuffix(SUFFIX) for name in _there(folder) if name.endswith(SUFFIX))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """The folder, made if there is none, for this process alone to write to; what a killed one has left is gone.

    Raises: SentinelError: another process writes there, or it cannot be written to.
    """
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700)
            give_to_owner(os.open(folder, os.O_RDONLY), folder, close=True)
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise SentinelError(f"the folder {folder} cannot be used: {error.strerror}; check its owner, or run as the daemon's user") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.glob(".*"):
            left.unlink()
        yield
    except BlockingIOError as error:
        raise SentinelError(f"another `sentinel corpus` is writing to {folder}; wait until it is done") from error
    except PermissionError as error:
        raise SentinelError(f"the folder {folder} cannot be written to: {error.strerror}; run as the daemon's user") from error
    finally:
        os.close(lock)


def give_to_owner(fd: int, folder: Path, *, close: bool = False) -> None:
    """Root works here for the daemon's user: what it makes belongs to whom the state folder belongs."""
    if os.geteuid() == 0:
        about = folder.parent.stat()
        os.fchown(fd, about.st_uid, about.st_gid)
    if close:
        os.close(fd)


def write_canaries(folder: Path, all_: list[Canary]) -> None:
    """Replace the registered canaries in one step. Call it within `alone`."""
    handle, temporary = tempfile.mkstemp(prefix=f".{canary.FILE}.", dir=folder)  # mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(all_))
        give_to_owner(file.fileno(), folder)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(folder / canary.FILE)
