"""All that `sentinel check` finds out: every mistake in every file at once, then whether each outside party can be reached.

In: the path of a config. Out: a `Report`. Changes nothing: no journal is made, no service is asked to do anything.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from sentinel.actions._base import Action, Failed
from sentinel.assembly import Parts, assemble, salvage
from sentinel.clock import SystemClock
from sentinel.config.model import Config, ElasticsearchConfig, SourceConfig
from sentinel.errors import ConfigError, Mistake, NoJournal, SentinelError
from sentinel.formats._base import Format
from sentinel.formats._lines.choice import MOST_BYTES, MOST_LINES, Auto, choose
from sentinel.journal.database import Journal
from sentinel.rules.author.checks.surroundings import unknown_fields
from sentinel.rules.rule import counted
from sentinel.sources.files.discover import Globs
from sentinel.sources.probe import probe

State = Literal["ok", "warning", "failed", "mistakes"]
_AT_ONCE = 8


class Finding(Struct, frozen=True):
    """One thing that was looked at. what: "rules", "service slack". text: a sentence."""

    what: str
    state: State
    text: str


class Report(Struct):
    """What was found. mistakes: of all files, each `file:line: key: what; do`. warnings: what works and may not be meant."""

    findings: list[Finding] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """2 when a file is wrong, 1 when something cannot be reached, else 0."""
        if self.mistakes:
            return 2
        return 1 if any(finding.state == "failed" for finding in self.findings) else 0


def check(path: Path, *, offline: bool = False, known: Collection[str] = ()) -> Report:
    """Look at everything that a config names.

    Args:
        offline: only at files, for a start that must not wait for services.
        known: every field that an event can have, so that rules which look at others are told; empty: not looked at.
    """
    try:
        parts = assemble(path)
    except ConfigError as error:
        return _of_the_rest(path, error.mistakes)
    report = _of_files(path, parts, [])
    report.warnings += _unknown_fields(parts, known) if known else []
    report.findings.append(_journal(parts.config))
    report.findings += [_source(source, parts.formats.get(source.name)) for source in parts.config.sources]
    if not offline:
        report.findings += _connections(parts.config, parts.actions)
    return report


def _of_the_rest(path: Path, mistakes: list[Mistake]) -> Report:
    """The config is wrong; what it names is looked at all the same, as far as it can be told."""
    try:
        return _of_files(path, salvage(path), mistakes)
    except ConfigError:
        return Report([Finding("config", "mistakes", str(path))], mistakes)


def _of_files(path: Path, parts: Parts, mistakes: list[Mistake]) -> Report:
    wrong = [*mistakes, *parts.mistakes]
    found = [Finding("config", "mistakes" if wrong else "ok", f"{path}, its formats, services and playbooks" if wrong else str(path)),
             Finding("rules", "mistakes" if parts.broken else "ok",
                     counted(parts.rules) + f", {len(parts.broken)} mistake(s)" * bool(parts.broken)),
             Finding("playbooks", "ok", f"{len(parts.playbooks)} work" + f", mode {parts.config.playbooks.mode}" * (not mistakes))]
    if not (parts.rules or parts.broken):
        found[1] = Finding("rules", "warning", "none: nothing will be found; write `rules:` into the config")
    return Report(found, wrong + parts.broken, parts.warnings)


def _unknown_fields(parts: Parts, known: Collection[str]) -> list[Mistake]:
    """Where a format keeps all of a record under its own names, only what looks like a typo is told."""
    kept = any(form.keeps_rest for form in parts.formats.values())
    return [told for told in unknown_fields(parts.rules, known) if told.do or not kept]


def _journal(config: Config) -> Finding:
    path = config.journal
    folder = next(parent for parent in path.parents if parent.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding("journal", "failed", f"{folder} cannot be written by this user; check its owner")
    try:
        Journal(path, readonly=True).close()
    except NoJournal:
        return Finding("journal", "ok", f"{path} (made at the first start)")
    except SentinelError as error:
        return Finding("journal", "failed", str(error))
    return Finding("journal", "ok", str(path))


def _source(source: SourceConfig, form: Format | None) -> Finding:
    state, text = probe(source)
    if isinstance(form, Auto) and state != "failed" and (lines := _first_lines(source)):
        choice = choose(lines, form.known, SystemClock(), source.paths[0])
        state = state if choice else "warning"
        text += f"; it would be {choice.name}, which {choice.why}" if choice else "; no format reads their first lines: write `format:`"
    return Finding(f"source {source.name}", state, text)


def _first_lines(source: SourceConfig) -> list[bytes]:
    """Of the first file that holds any."""
    for seen in Globs(source.paths, source.exclude).files() if source.paths else ():
        with contextlib.suppress(OSError), open(seen.path, "rb") as file:
            if (start := file.read(MOST_BYTES)).strip():
                lines = start.split(b"\n")
                # The last may be cut off: judged as a line, it would speak against the right format.
                return (lines[:-1] or lines)[:MOST_LINES]
    return []


def _connections(config: Config, found: dict[str, Action]) -> list[Finding]:
    """Each is asked by itself, all at the same time: one that hangs must not hide the others."""
    asked = list(_probes(config, found))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda one: _reach(*one), asked))


def _probes(config: Config, found: dict[str, Action]) -> Iterator[tuple[str, Callable[[], str]]]:
    if config.elasticsearch:
        yield "elasticsearch", _elasticsearch(config.elasticsearch)
    by_service = {action.service: action for action in found.values() if action.service in config.services}
    for service, action in sorted(by_service.items()):
        yield f"service {service}", action.probe


def _elasticsearch(config: ElasticsearchConfig) -> Callable[[], str]:
    from sentinel.elastic import client  # a third of a second, for those that have one

    return lambda: client.probe(config)


def _reach(what: str, probe: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", probe())
    except (Failed, SentinelError) as error:
        return Finding(what, "failed", str(error))
