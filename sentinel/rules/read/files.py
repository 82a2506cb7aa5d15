"""Where rules stand: the files of a folder.

In: paths of files and folders. Out: every file of rules, once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from sentinel.errors import Mistake

_SUFFIXES = (".yml", ".yaml")
_CASES = (".cases.yml", ".cases.yaml")


def files(paths: Iterable[Path], mistakes: list[Mistake]) -> Iterator[Path]:
    """Every file of rules, once. Links are followed; folders whose names begin with a point are not looked into: Kubernetes keeps
    what a mounted volume shows a second time in one."""
    return map(Path, names(paths, mistakes))


def names(paths: Iterable[Path], mistakes: list[Mistake]) -> Iterator[str]:
    """As `files`, but for thousands of `Path`s, which take as long to make as the files to read."""
    seen: set[str] = set()
    for path in paths:
        if path.is_dir():
            found = _below(str(path), mistakes)
        elif path.exists() or path.is_symlink():
            found = [(str(path), os.path.realpath(path))]
        else:
            mistakes.append(Mistake(str(path), 0, "", "no such file or folder", "check the path"))
            continue
        for one, real in found:
            if real not in seen:
                seen.add(real)
                yield one


def _is_rule(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not name.endswith(_CASES) and not name.startswith(".")


def _below(folder: str, mistakes: list[Mistake]) -> list[tuple[str, str]]:
    """The rule files of a folder, sorted, and where each really is; links that lead in a circle are walked once."""
    found: list[tuple[str, str]] = []
    walked: set[str] = set()
    waiting = [(folder, os.path.realpath(folder))]
    while waiting:
        here, real = waiting.pop()
        if real in walked:
            continue
        walked.add(real)
        folders: list[tuple[bool, str, str]] = []
        for entry in _entries(here, mistakes):
            if _is_folder(entry):
                if not entry.name.startswith("."):
                    folders.append((entry.is_symlink(), entry.path, _real(entry, real)))
            elif _is_rule(entry.name):
                found.append((entry.path, _real(entry, real)))
        # A folder goes by its own name rather than by a link's.
        waiting += [(path, at) for _, path, at in sorted(folders, reverse=True)]
    return sorted(found, key=lambda one: one[0].split("/"))


def _entries(folder: str, mistakes: list[Mistake]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        mistakes.append(Mistake(folder, 0, "", error.strerror or str(error), "check its permissions: no rule in it is read"))
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself: reading it says so


def _real(entry: os.DirEntry[str], folder: str) -> str:
    """Args: folder: where that of the entry really is."""
    return os.path.realpath(entry.path) if entry.is_symlink() else f"{folder}/{entry.name}"
