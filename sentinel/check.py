"""All that `sentinel check` finds out: every mistake in every file at once, then whether each outside party can be reached.

In: the path of a config. Out: a `Report`. Changes nothing: no journal is made, no service is asked to do anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from sentinel import actions, formats
from sentinel.actions._base import Action, Failed
from sentinel.config import model, paths, yaml
from sentinel.config.model import Config, ElasticsearchConfig, SourceConfig
from sentinel.elastic import client
from sentinel.errors import ConfigError, Mistake, SentinelError
from sentinel.journal.database import Journal
from sentinel.playbooks import load as playbooks
from sentinel.rules import load as rules
from sentinel.sources.discover import Globs

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

    def add(self, what: str, wrong: Iterable[Mistake], good: str) -> None:
        """A kind of file: what is wrong with it, or what is good."""
        mistakes = list(wrong)
        self.mistakes += mistakes
        text = f"{len(mistakes)} mistake(s)" if mistakes else good
        self.findings.append(Finding(what, "mistakes" if mistakes else "ok", text))


def check(path: Path, *, offline: bool = False) -> Report:
    """Look at everything that a config names.

    Args:
        offline: only at files, for a start that must not wait for services.
    """
    report = Report()
    config, lines = _config(path, report)
    _formats(path, config, lines, report)
    _rules(path, config, report)
    found = _actions(path, config, lines, report)
    _playbooks(path, config, found, report)
    if config is not None:
        report.findings += [_journal(config), *map(_source, config.sources)]
        if not offline:
            report.findings += _connections(config, found)
    return report


def _config(path: Path, report: Report) -> tuple[Config | None, yaml.Lines]:
    try:
        config, lines = model.load_with_lines(path)
    except ConfigError as error:
        report.add("config", error.mistakes, "")
        return None, yaml.Lines(str(path))
    report.add("config", (), str(path))
    return config, lines


def _listed(path: Path, *keys: str) -> list[Path]:
    """Where a config that has other mistakes points, so that all files' mistakes come at once."""
    try:
        return paths.listed(path, *keys)
    except ConfigError:
        return []  # not YAML: that is said already


def _formats(path: Path, config: Config | None, lines: yaml.Lines, report: Report) -> None:
    wrong: list[Mistake] = []
    known: dict[str, formats.Format] = {}
    try:
        known = formats.load(config.formats if config else _listed(path, "formats"))
    except ConfigError as error:
        wrong += error.mistakes
    for index, source in enumerate(config.sources if config and not wrong else ()):
        try:
            formats.of_source(source, known, lines, index)
        except ConfigError as error:
            wrong += error.mistakes
    report.add("formats", wrong, f"{len(known)} known")


def _rules(path: Path, config: Config | None, report: Report) -> None:
    loaded = rules.load(config.rules if config else _listed(path, "rules"))
    report.warnings += loaded.warnings
    report.add("rules", loaded.mistakes, f"{len(loaded.rules)} work")
    if not (loaded.rules or loaded.mistakes):
        report.findings[-1] = Finding("rules", "warning", "none: nothing will be found; write `rules:` into the config")


def _actions(path: Path, config: Config | None, lines: yaml.Lines, report: Report) -> dict[str, Action]:
    services = config.services if config else {}
    recipes = config.playbooks.recipes if config else _listed(path, "playbooks", "recipes")
    try:
        found = actions.load(services, recipes=recipes, folder=path.resolve().parent, lines=lines)
    except ConfigError as error:
        report.add("services", error.mistakes, "")
        return _shipped_actions()
    report.add("services", (), ", ".join(services) or "none")
    return found


def _shipped_actions() -> dict[str, Action]:
    """Unconfigured, so that playbooks can be judged though the services are wrong."""
    return actions.load({})


def _playbooks(path: Path, config: Config | None, found: dict[str, Action], report: Report) -> None:
    loaded = playbooks.load(config.playbooks.paths if config else _listed(path, "playbooks", "paths"), found)
    if config:  # without its services every step would warn
        report.warnings += loaded.warnings
    mode = f", mode {config.playbooks.mode}" if config else ""
    report.add("playbooks", loaded.mistakes, f"{len(loaded.playbooks)} work{mode}")


def _journal(config: Config) -> Finding:
    path = config.journal
    folder = next(parent for parent in path.parents if parent.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding("journal", "failed", f"{folder} cannot be written by this user; check its owner")
    if not path.exists():
        return Finding("journal", "ok", f"{path} (made at the first start)")
    try:
        Journal(path, readonly=True).close()
    except SentinelError as error:
        return Finding("journal", "failed", str(error))
    return Finding("journal", "ok", str(path))


def _source(source: SourceConfig) -> Finding:
    what, globs = f"source {source.name}", Globs(source.paths, source.exclude)
    files = globs.files()
    unreadable = [seen.path for seen in files if not os.access(seen.path, os.R_OK)]
    if globs.problems or unreadable:
        problem = globs.problems[0] if globs.problems else f"{unreadable[0]}: cannot be read by this user"
        return Finding(what, "failed", problem)
    if not files:
        return Finding(what, "warning", f"no file matches {', '.join(source.paths)} yet")
    return Finding(what, "ok", f"{len(files)} file(s), format {source.format}")


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
    return lambda: client.probe(config)


def _reach(what: str, probe: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", probe())
    except (Failed, SentinelError) as error:
        return Finding(what, "failed", str(error))
