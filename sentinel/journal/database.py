"""Opening the journal, and the one way to write to it.

One writer at a time: threads of this process queue at a lock, other processes at SQLite's. Each thread reads through
a connection of its own, so readers never wait for the writer (WAL).
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Self, TypeVar

from sentinel.errors import JournalError, NoJournal

Row = tuple[Any, ...]
T = TypeVar("T")

_BUSY_SECONDS = 30.0
# What SQLite's short words want done. They stand at the end of a message that names the journal.
_DO = {"full": "make room on its disk", "locked": "another program holds it; `fuser -v` on it says which",
       "readonly": "check its owner and that of its folder", "i/o": "look at the disk", "malformed": "restore it from a backup"}


class _Cursor(sqlite3.Cursor):
    """Says what SQLite says as a JournalError: nobody outside this package knows SQLite."""

    def execute(self, *given: Any) -> Self:
        return self._told(super().execute, *given)

    def executemany(self, *given: Any) -> Self:
        return self._told(super().executemany, *given)

    def fetchone(self) -> Any:
        return self._told(super().fetchone)

    def fetchall(self) -> Any:
        return self._told(super().fetchall)

    def __next__(self) -> Any:
        return self._told(super().__next__)

    def _told(self, call: Callable[..., T], *given: Any) -> T:
        try:
            return call(*given)
        except sqlite3.Error as error:
            connection: Connection = self.connection  # type: ignore[assignment]
            raise _wrong(connection.path, error) from error


class Connection(sqlite3.Connection):
    """One thread's. Its statements raise JournalError."""

    path: Path

    def execute(self, *given: Any) -> sqlite3.Cursor:
        return self.cursor(_Cursor).execute(*given)

    def executemany(self, *given: Any) -> sqlite3.Cursor:
        return self.cursor(_Cursor).executemany(*given)


def _wrong(path: Path, error: sqlite3.Error) -> JournalError:
    """What SQLite says of the journal, and what to do."""
    text = str(error)
    do = next((do for word, do in _DO.items() if word in text.lower()), "")
    return JournalError(f"{path}: {text}" + (f"; {do}" if do else ""))


class Journal:
    """The open journal. Thread-safe."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        """Open, create and migrate.

        Raises: JournalError when it cannot be or is newer than this program; NoJournal when (readonly) there is none.
        """
        self.path = path
        self._readonly = readonly
        self._writing = threading.Lock()
        self._local = threading.local()
        self._connections: list[Connection] = []
        try:
            self._prepare()
        except (sqlite3.Error, OSError, JournalError) as error:
            why = error.__cause__ if isinstance(error, JournalError) else error
            if why is None:
                raise
            raise JournalError(f"{path}: the journal cannot be opened: {why}; check the folder, its owner and "
                               "free space") from error

    def _prepare(self) -> None:
        if self._readonly:
            # A daemon that is just starting has made the file, and its tables a moment later.
            if not self.path.exists() or not _version(self._connection()):
                raise NoJournal(f"{self.path}: there is no journal yet; start the daemon (`sentinel run`) first")
            self._refuse_newer(self._connection())
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            # Redacted or not, what is in here is for the service alone.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o640))
        with self._writing:
            _migrate(self._connection(), self._refuse_newer)

    def _refuse_newer(self, connection: Connection) -> None:
        version = _version(connection)
        if version > len(_migrations()):
            raise JournalError(f"{self.path}: written by a newer sentinel (schema {version}); install that version")

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            mode = "ro" if self._readonly else "rw"
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, factory=Connection,
                                         timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            connection.path = self.path
            if not self._readonly:
                _use_wal(connection)
            # FULL: a step that was tried must still be written down as tried after a power cut.
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA cache_size=-8000")
            connection.execute("PRAGMA temp_store=MEMORY")
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    @contextmanager
    def write(self, wait_seconds: float = _BUSY_SECONDS) -> Iterator[Connection]:
        """One transaction: everything inside happens or nothing does.

        Args:
            wait_seconds: for another thread or process that is writing.

        Raises: JournalError (disk full, locked, damaged); nothing has changed then.
        """
        if not self._writing.acquire(timeout=wait_seconds):
            raise JournalError(f"{self.path}: database is locked; another thread waits for it, too")
        try:
            connection = self._connection()
            connection.execute(f"PRAGMA busy_timeout={int(wait_seconds * 1000)}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        finally:
            self._writing.release()

    def read(self) -> Connection:
        """This thread's connection, for queries only. They raise JournalError."""
        return self._connection()

    def changed_elsewhere(self) -> bool:
        """Whether another thread or process has written since this thread last asked."""
        version = self._connection().execute("PRAGMA data_version").fetchone()[0]
        before, self._local.version = getattr(self._local, "version", None), version
        return bool(version != before)

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()


def _version(connection: Connection) -> int:
    """The number of the last migration; 0 before the first."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _use_wal(connection: Connection) -> None:
    """SQLite does not wait here for another who opens a new file at the same moment: it says "locked" at once."""
    for _ in range(int(_BUSY_SECONDS) * 100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except JournalError as error:
            if getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA journal_mode=WAL")


def _migrations() -> list[str]:
    folder = resources.files("sentinel.journal") / "schema"
    return [f.read_text("utf-8") for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".sql")]


def _migrate(connection: Connection, check: Any) -> None:
    check(connection)
    for number, script in enumerate(_migrations(), 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Asked inside the transaction: two processes may start at once.
            if _version(connection) < number:
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={number}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
