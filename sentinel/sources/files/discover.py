"""Which files a source's globs mean now.

In: patterns (`*`, `?`, `[...]`, `**`) and what to leave out. Out: the regular files behind them, one `Seen` a name, and
what could not be looked at. Symbolic links to files are followed to their target; `**` does not follow links to folders.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from fnmatch import translate
from pathlib import Path

from msgspec import Struct

Key = tuple[int, int]  # device and inode


class Seen(Struct, frozen=True, gc=False):
    """A file as the folder shows it. `path`: where its content is, behind symbolic links of the file itself."""

    path: str
    key: Key
    size: int
    modified: int


class Globs:
    """The patterns of one source.

    Attributes:
        problems: what could not be looked at in the last `files()`, a sentence each.
    """

    def __init__(self, paths: Sequence[str], exclude: Sequence[str] = ()) -> None:
        self._patterns = [_compile(str(Path(p).absolute())) for p in paths]
        self._exclude = [_compile(str(Path(p).absolute())) for p in exclude]
        self.problems: list[str] = []
        self._listed: dict[str, list[os.DirEntry[str]]] = {}

    def files(self) -> list[Seen]:
        """Every regular file that a pattern names and no exclusion does; one file under two names comes twice."""
        self._listed, self.problems = {}, []
        names = dict.fromkeys(name for pattern in self._patterns for name in self._walk("/", pattern))
        if self._exclude:
            names = {n: None for n in names if not any(_matches(n[1:].split("/"), e) for e in self._exclude)}
        return [seen for name in names if (seen := self._see(name))]

    def _see(self, name: str) -> Seen | None:
        try:
            return see(name)
        except FileNotFoundError:
            return None
        except UnicodeEncodeError:
            self.problems.append(f"{name!a}: the name is not UTF-8; rename it")
            return None
        except OSError as error:
            self.problems.append(f"{name}: {error.strerror}")
            return None

    def watched(self) -> list[tuple[str, bool]]:
        """Folders in which changes matter, as far as they exist, each with whether its subfolders matter too."""
        found: dict[str, bool] = {}
        for pattern in self._patterns:
            fixed = next(i for i, part in enumerate(pattern) if isinstance(part, re.Pattern) or i == len(pattern) - 1)
            folder = "/" + "/".join(str(part) for part in pattern[:fixed])
            # Watching all of a machine's folders costs more than the scan does.
            if folder != "/" and Path(folder).is_dir():
                found[folder] = found.get(folder, False) or fixed < len(pattern) - 1
        return sorted(found.items())

    def _walk(self, folder: str, parts: Sequence[Part]) -> Iterator[str]:
        first, rest = parts[0], parts[1:]
        if isinstance(first, str):
            path = f"{folder.rstrip('/')}/{first}"
            yield from self._walk(path, rest) if rest else (path,)
            return
        if first is _ANY_DEPTH:
            yield from self._walk(folder, rest)
            for entry in self._list(folder):
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                    yield from self._walk(entry.path, parts)
            return
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
    return Seen(path, (status.st_dev, status.st_ino), status.st_size, status.st_mtime_ns)


def beside(folder: str) -> list[Seen]:
    """Every regular file in a folder, links left out; none when it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            paths = [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []
    found = []
    for path in paths:
        try:
            found.append(see(path))
        except (OSError, UnicodeEncodeError):
            continue
    return [seen for seen in found if seen]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link to itself, or into a folder that is closed to us.
        return False


Part = str | re.Pattern[str]
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
    same = names[0] == first if isinstance(first, str) else bool(first.match(names[0]))
    return same and _matches(names[1:], parts[1:])
