"""Runs the cases of rules: events that must fire and events that must not.

In: rule files, and what puts an event through the detectors as the daemon would. Out: a result per case, as they are run.
Cases stand beside rules (`beside.py`) or came with them (`published.py`).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sentinel.errors import Mistake
from sentinel.rules.author.cases import published
from sentinel.rules.author.cases.bench import Bench, Enrich, Enriching, bare
from sentinel.rules.author.cases.beside import beside, read
from sentinel.rules.author.cases.case import Case, Result
from sentinel.rules.loaded import Loaded
from sentinel.rules.read.files import files
from sentinel.rules.read.load import AS_WRITTEN, Terms, load
from sentinel.rules.rule import Detection, Rule, needed

__all__ = ["Enrich", "Enriching", "Result", "beside", "run"]


def run(paths: Iterable[Path], enriching: Enriching = bare, *, terms: Terms = AS_WRITTEN, only: str = "",
        reading: Callable[[list[Path]], Iterable[Path]] = iter, untested: Callable[[Path], None] = lambda path: None) -> Iterator[Result]:
    """Every case of every rule file below `paths`.

    Args:
        terms: on what terms the rules are read. Cases that came with published rules are about the rules as they were written.
        only: the cases whose rule file or name holds this, or fits it where it has stars; all when empty.
        reading: hears which files there are, and hands them on. untested: told of each rule file without any case.
    """
    libraries = _Libraries(terms)
    missing: list[Mistake] = []
    for path in reading(list(files(paths, missing))):
        yield from _file(path, libraries, enriching, only, untested)
    yield from (Result(m.file, m.file, m.line, "", m.what) for m in missing)


class _Libraries:
    """Folders of rules, each read once on the same terms."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._read: dict[tuple[Path, bool], Loaded] = {}

    def of(self, folder: Path, *, as_written: bool = False) -> Loaded:
        key = (folder, as_written and self._terms != AS_WRITTEN)
        if key not in self._read:
            self._read[key] = load([folder], AS_WRITTEN if key[1] else self._terms)
        return self._read[key]


def _file(path: Path, libraries: _Libraries, enriching: Enriching, only: str, untested: Callable[[Path], None]) -> Iterator[Result]:
    library = libraries.of(path.parent)
    broken = [m for m in library.mistakes if m.file == str(path)]
    if broken:
        yield from (Result(str(path), str(path), m.line, "", m.said) for m in broken)
        return
    own = [rule for rule in library.rules if rule.info.file == str(path)]
    if not own:
        return
    base = next((rule for rule in needed(own, library.rules) if isinstance(rule, Detection)), None)
    cases, came_along = list(read(path, own, base.info.category if base else "")), list(published.read(path, own))
    if not cases and not came_along:
        untested(path)
    yield from _results(path, cases, own, library, enriching, only)
    if came_along:
        library = libraries.of(path.parent, as_written=True)
        yield from _results(path, came_along, [rule for rule in library.rules if rule.info.file == str(path)], library, enriching, only)


def _results(path: Path, cases: Iterable[Case | Result], own: list[Rule], library: Loaded, enriching: Enriching, only: str) -> Iterator[Result]:
    bench = Bench(own, library.rules, enriching)
    for case in cases:
        if _wanted(only, path, case):
            yield bench.run(str(path), case) if isinstance(case, Case) else case


def _wanted(only: str, path: Path, case: Case | Result) -> bool:
    pattern = only.lower() if "*" in only else f"*{only.lower()}*"
    return any(fnmatch.fnmatchcase(text.lower(), pattern) for text in (path.name, case.name))
