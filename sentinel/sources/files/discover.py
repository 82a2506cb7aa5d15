"""Which files a source's globs mean now.

In: patterns (`*`, `?`, `[...]`, `**`) and what to leave out. Out: the regular files behind them, one `Seen` a name, and
what could not be looked at. Symbolic links are followed to where the content is; `**` does not follow links to folders.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from fnmatch import translate
from pathlib import Path

from msgspec import Struct

from sentinel.sources.files.names import family

Key = tuple[int, int]  # device and inode
# The journal's integers have a sign; some file systems number their files by hashes of 64 bits.
_BITS = (1 << 63) - 1
# Folders searched for a file that has been moved out of its own.
_MOST_FOLDERS = 256
_JUST_NOW = 2_000_000_000


class Seen(Struct, frozen=True, gc=False):
    """A file as the folder shows it. `path`: where its content is, behind symbolic links. modified: nanoseconds."""

    path: str
    key: Key
    size: int
    modified: int


class Globs:
    """The patterns of one source.

    Attributes:
        problems: what could not be looked at in the last `files()`, a sentence each. notes: what was left out.
    """

    def __init__(self, paths: Sequence[str], exclude: Sequence[str] = ()) -> None:
        self._patterns = [_compile(str(Path(p).absolute())) for p in paths]
        self._exclude = [_compile(str(Path(p).absolute())) for p in exclude]
        self.problems: list[str] = []
        self.notes: list[str] = []
        self._listed: dict[str, list[os.DirEntry[str]]] = {}
        self._real: dict[str, str] = {}
        # Folders in which files were looked for, with what their names had to match, and when each was last changed.
        self._ends: dict[str, list[Part]] = {}
        self._changed: dict[str, int] = {}

    def files(self) -> list[Seen]:
        """Every regular file that a pattern names and no exclusion does; one file under two names comes twice."""
        self._listed, self._real, self._ends, self.problems, self.notes = {}, {}, {}, [], []
        names = dict.fromkeys(name for pattern in self._patterns for name in self._walk("/", pattern))
        if self._exclude:
            names = {n: None for n in names if not any(_matches(n[1:].split("/"), e) for e in self._exclude)}
        return [seen for name in names if (seen := self._see(name))]

    def _see(self, name: str) -> Seen | None:
        folder, _, base = name.rpartition("/")
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder or "/").rstrip("/")
        try:
            return see(f"{self._real[folder]}/{base}")
        except FileNotFoundError:
            return None
        except UnicodeEncodeError:
            self.problems.append(f"{name!a}: the name is not UTF-8; rename it")
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                self.notes.append(f"{name}: a link that leads to itself is left out")
            else:
                self.problems.append(f"{name}: {error.strerror}")
            return None

    def name(self, path: str) -> bool:
        """Whether a pattern names this path and no exclusion does."""
        parts = path[1:].split("/")
        return any(_matches(parts, p) for p in self._patterns) and not any(_matches(parts, e) for e in self._exclude)

    def rotated(self, since: int) -> list[Seen]:
        """What was rotated out of the patterns: siblings of files that they would name, written at `since` (ns) or later.

        Only folders in which something was made or renamed since last asked are looked into.
        """
        found: list[Seen] = []
        for folder, parts in self._ends.items():
            try:
                changed = os.stat(folder or "/").st_mtime_ns  # noqa: PTH116 - every folder at every look
            except OSError:
                continue
            if self._changed.get(folder) != changed:
                names = [entry.name for entry in self._list(folder or "/")]
                found += [seen for name in names if _was(name, parts) and (seen := self._see(f"{folder}/{name}"))]
                # What changes within a tick of the file system's clock does not move the folder's time again.
                self._changed[folder] = changed if changed < since - _JUST_NOW else 0
        return [seen for seen in found if seen.modified >= since]

    def watched(self) -> list[tuple[str, bool]]:
        """Folders in which changes matter, as far as they exist, each with whether its subfolders matter too."""
        found: dict[str, bool] = {}
        for pattern in self._patterns:
            fixed = next(i for i, part in enumerate(pattern) if isinstance(part, re.Pattern) or i == len(pattern) - 1)
            folder = "/" + "/".join(str(part) for part in pattern[:fixed])
            # Watching all of a machine's folders costs more than the scan does.
            if folder != "/" and Path(folder).is_dir():
                folder = os.path.realpath(folder)
                found[folder] = found.get(folder, False) or fixed < len(pattern) - 1
        return sorted(found.items())

    def _walk(self, folder: str, parts: Sequence[Part]) -> Iterator[str]:
        first, rest = parts[0], parts[1:]
        if isinstance(first, str):
            path = f"{folder.rstrip('/')}/{first}"
            if rest:
                yield from self._walk(path, rest)
            else:
                self._ends.setdefault(folder.rstrip("/"), []).append(first)
                yield path
            return
        if first is _ANY_DEPTH:
            yield from self._walk(folder, rest)
            for entry in self._list(folder):
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                    yield from self._walk(entry.path, parts)
            return
        if not rest:
            self._ends.setdefault(folder.rstrip("/"), []).append(first)
        for entry in self._list(folder):
            if first.match(entry.name):
                if rest and _is_folder(entry):
                    yield from self._walk(entry.path, rest)
                elif not rest and not entry.is_dir(follow_symlinks=False):
                    yield entry.path

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        if folder not in self._listed:
            try:
                with os.scandir(folder) as entries:
                    self._listed[folder] = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self._listed[folder] = []
                if not isinstance(error, FileNotFoundError | NotADirectoryError):
                    self.problems.append(f"{folder}: {error.strerror}")
        return self._listed[folder]


def see(path: str) -> Seen | None:
    """The file at `path`; None when it is not a regular one.

    Raises: OSError; UnicodeEncodeError for a name that no journal, no JSON and no terminal can take.
    """
    path.encode()
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        path = os.path.realpath(path)
        path.encode()
        status = os.stat(path)  # noqa: PTH116 - a look at 5,000 files costs 40 ms more by pathlib
    if not stat.S_ISREG(status.st_mode):
        return None
    return Seen(path, key_of(status), status.st_size, status.st_mtime_ns)


def key_of(status: os.stat_result) -> Key:
    return (status.st_dev & _BITS, status.st_ino & _BITS)


def around(path: str) -> list[str]:
    """The file's folder, those below it (`olddir`) and those beside it (a folder that was itself renamed)."""
    own = os.path.dirname(path)  # noqa: PTH120 - paths here are texts
    above = os.path.dirname(own)  # noqa: PTH120
    return list(dict.fromkeys((own, *_folders(own), *(_folders(above) if above != "/" else ()))))[:_MOST_FOLDERS]


def moved(path: str, key: Key) -> Iterator[Seen]:
    """A file that is no longer at `path`, by its inode in the folders around."""
    for folder in around(path):
        try:
            with os.scandir(folder) as entries:
                paths = [entry.path for entry in entries if entry.inode() & _BITS == key[1]]
        except OSError:
            continue
        for place in paths:
            seen = glance(place)
            if seen and seen.key == key:
                yield seen


def alike(path: str) -> Iterator[Seen]:
    """The file's like in a series to which links point in turn, or that folders make which are renamed: names that differ in their
    digits beside it, and the same name in folders of such names."""
    folder, _, name = path.rpartition("/")
    above, _, own = folder.rpartition("/")
    for seen in beside(folder):
        if _shape(seen.path.rpartition("/")[2]) == _shape(name):
            yield seen
    for other in _folders(above)[:_MOST_FOLDERS] if above else ():
        base = other.rpartition("/")[2]
        if base != own and (_shape(base) == _shape(own) or family(other)[1] == family(folder)[1]):
            seen_there = glance(f"{other}/{name}")
            if seen_there:
                yield seen_there


def _shape(name: str) -> str:
    return _DIGITS.sub("0", name)


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def glance(path: str) -> Seen | None:
    """As `see`; None also when it cannot be looked at."""
    try:
        return see(path)
    except (OSError, UnicodeEncodeError):
        return None


def beside(folder: str) -> list[Seen]:
    """Every regular file in a folder, links left out; none when it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            paths = [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []
    return [seen for path in paths if (seen := glance(path))]


def _was(name: str, parts: Sequence[Part]) -> bool:
    """Whether a file of this name had one that matches before it was rotated."""
    base = family(name)[1]
    return base != name and any(_fits(part, base) for part in parts) and not any(_fits(part, name) for part in parts)


def _fits(part: Part, name: str) -> bool:
    return part == name if isinstance(part, str) else bool(part.match(name))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link to itself, or into a folder that is closed to us.
        return False


Part = str | re.Pattern[str]
_DIGITS = re.compile(r"\d+")
_ANY_DEPTH = re.compile("any depth")
_MAGIC = re.compile(r"[*?\[]")


def _compile(pattern: str) -> list[Part]:
    parts: list[Part] = []
    for part in pattern.strip("/").split("/"):
        if part == "**":
            parts.append(_ANY_DEPTH)
        elif _MAGIC.search(part):
            # As a shell does: a star does not mean the hidden files, which editors write beside the real ones.
            hidden = "" if part.startswith(".") else r"(?!\.)"
            parts.append(re.compile(hidden + translate(part)))
        else:
            parts.append(part)
    return [*parts, re.compile(r"(?!\.).*")] if parts[-1] is _ANY_DEPTH else parts


def _matches(names: Sequence[str], parts: Sequence[Part]) -> bool:
    if not names or not parts:
        return not names and not parts
    first = parts[0]
    if first is _ANY_DEPTH:
        return _matches(names, parts[1:]) or _matches(names[1:], parts)
    return _fits(first, names[0]) and _matches(names[1:], parts[1:])
