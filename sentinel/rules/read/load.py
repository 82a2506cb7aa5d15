"""Reads rules from files and folders.

In: paths. Out: `Loaded`: the rules that work and every mistake of those that do not; one broken rule never stops another.
pySigma judges everything around the detection (ids, dates, levels, tags, logsource, correlations); the detection itself
is read by `plan`, from the values as YAML has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sentinel.config.mistakes import nearest
from sentinel.config.yaml import Lines
from sentinel.errors import ConfigError, Mistake
from sentinel.rules.loaded import Loaded
from sentinel.rules.logsource import Logsource
from sentinel.rules.logsource import read as of_logsource
from sentinel.rules.read import collection, judge, link, plan
from sentinel.rules.read import filter as filters
from sentinel.rules.read.files import files
from sentinel.rules.read.gathered import together, told
from sentinel.rules.read.ordinary import ordinary
from sentinel.rules.read.pipeline import NONE, Pipelines
from sentinel.rules.rule import Correlation, Detection, Rule, RuleInfo
from sentinel.rules.tree import Wrong, either

PRINCIPALS = ("key", "user", "team", "address", "service", "source")
_ATTRIBUTES = {"story", "principal", "runbook"}


class Terms(Struct, frozen=True):
    """On what terms rules are read.

    Attributes:
        placeholders: values of `|expand`, by name. pipelines: what is done to each rule before it is planned.
    """

    placeholders: Mapping[str, Sequence[str]] = {}
    pipelines: Pipelines = NONE

    @property
    def plain(self) -> bool:
        """Rules are read as they stand."""
        return self.pipelines is NONE and not self.placeholders


AS_WRITTEN = Terms()


def load(paths: Iterable[Path], terms: Terms = AS_WRITTEN) -> Loaded:
    """All rules of these files and folders (every `*.yml` and `*.yaml` below, but for `*.cases.yml`)."""
    loaded = Loaded(warnings=list(terms.pipelines.warnings))
    reader = _Reader(loaded, terms)
    for path in files(paths, loaded.mistakes):
        for document in collection.documents(path, loaded.mistakes):
            reader.add(document)
    drafts = _unique(reader.found, loaded)
    filters.apply(drafts, reader.filters, loaded.warnings)
    filters.tell_unfiltered(drafts, reader.broken, loaded.warnings)
    loaded.rules = _renamed(link.link(drafts, loaded.mistakes), terms.pipelines, loaded)
    return loaded


class _Reader:
    """Sorts documents into rules, filters, and filters that are broken."""

    def __init__(self, loaded: Loaded, terms: Terms) -> None:
        self._loaded, self._placeholders, self._pipelines = loaded, terms.placeholders, terms.pipelines
        self.found: list[tuple[link.Draft, bool]] = []
        self.filters: list[filters.Filter] = []
        self.broken: list[tuple[Mapping[str, Any], Lines]] = []

    def add(self, document: collection.Document) -> None:
        value, lines, mistakes = document.value, document.lines, self._loaded.mistakes
        before = len(mistakes)
        try:
            self._take(document)
        except Wrong as wrong:
            mistakes += told(wrong, lines)
        except ConfigError as error:
            mistakes += error.mistakes
        if len(mistakes) > before and isinstance(value, dict) and "filter" in value:
            self.broken.append((value, lines))

    def _take(self, document: collection.Document) -> None:
        value, lines = document.value, document.lines
        if value is None:  # nothing between two `---`
            return
        if not isinstance(value, dict):
            raise Wrong("a rule is a mapping", "begin with `title:`")
        value = self._judged(value, lines)
        if "filter" in value:
            self.filters.append(filters.read(value, lines, self._placeholders, self._pipelines))
        elif "correlation" in value:
            draft = link.draft(value, info(value, lines, str(_mapping(value, "correlation").get("type", ""))), lines)
            self.found.append((draft, document.lent_id))
        elif "detection" in value:
            self.found.append((self._detection(value, lines), document.lent_id))
        else:
            meant = (nearest(key, ("detection", "correlation", "filter"), "") for key, one in value.items() if isinstance(one, dict))
            raise Wrong("neither `detection`, `correlation` nor `filter`", next(filter(None, meant), "add a `detection:`"))

    def _judged(self, document: dict[str, Any], lines: Lines) -> dict[str, Any]:
        """What pySigma may see of it. The specification recommends UUIDs, and pySigma insists on them."""
        warn, id_, status = self._loaded.warnings.append, document.get("id"), str(document.get("status") or "").lower()
        if "id" in document and (not isinstance(id_, str) or not id_.strip()):
            raise Wrong("an id is a UUID", "write one as 6b13f121-07b7-4ed5-a9d2-ccc419442d53", ("id",))
        if not isinstance(document.get("name", ""), str):
            raise Wrong("a name is a text", "put it in quotes: a bare `on`, `off`, `yes` or `no` is true or false to YAML", ("name",))
        if isinstance(id_, str) and not judge.is_uuid(id_):
            warn(lines.mistake(("id",), "an id is better a UUID: nobody else has the same", "draw one with `uuidgen`"))
        if status in ("deprecated", "unsupported"):
            warn(lines.mistake(("status",), f"this rule is {status}, and runs all the same",
                               "take it out, or what it names under `related:` in" if status == "deprecated" else "test it before you trust it"))
        return document

    def _detection(self, document: dict[str, Any], lines: Lines) -> link.Draft:
        try:
            # Pipelines ask for pySigma's form of the rule, ordinary or not.
            known = None if self._pipelines is NONE and ordinary(document) else judge.detection(document, lines)
        except ConfigError as around:
            raise together(around, partial(plan.plan, document["detection"], self._placeholders), lines, "detection") from around
        about = info(document, lines, "detection")
        try:
            tree, logsource = self._pipelines.plan(document["detection"], known, about.logsource, self._placeholders)
        except Wrong as wrong:
            raise wrong.below("detection") from wrong
        if logsource != about.logsource:
            about = replace(about, category=logsource.events)
        return link.Draft(Detection(about, tree), lines)


def info(document: dict[str, Any], lines: Lines, kind: str) -> RuleInfo:
    """Raises: Wrong."""
    ours = _mapping(document, "sentinel")
    for key in ours:
        if key not in _ATTRIBUTES:
            raise Wrong(f"unknown key {key!r}", f"known are {', '.join(sorted(_ATTRIBUTES))}", ("sentinel", key))
    principal = str(ours.get("principal") or "")
    if principal and principal not in PRINCIPALS:
        raise Wrong(f"unknown principal {principal!r}", f"one of {', '.join(PRINCIPALS)}", ("sentinel", "principal"))
    name, logsource = str(document.get("name") or ""), of_logsource(_mapping(document, "logsource"))
    line = lines.of(("title",))
    return RuleInfo(
        id=str(document.get("id") or name or f"{Path(lines.file).name}:{line}"), title=str(document.get("title") or ""), name=name, kind=kind,
        level=str(document.get("level") or "medium").lower(), tags=_texts(document.get("tags")),
        category=logsource.events, logsource=logsource, status=str(document.get("status") or ""),
        description=str(document.get("description") or ""), falsepositives=_texts(document.get("falsepositives")),
        story=str(ours.get("story") or "other"), principal=principal, runbook=str(ours.get("runbook") or ""),
        file=lines.file, line=line)


def _mapping(document: dict[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key) or {}
    if not isinstance(value, dict):
        raise Wrong(f"`{key}` is a mapping", "", (key,))
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _unique(found: list[tuple[link.Draft, bool]], loaded: Loaded) -> list[link.Draft]:
    """One rule an id, the first. What a collection made of one rule under the same id is one rule: any of its detections."""
    kept: dict[str, link.Draft] = {}
    names: dict[str, RuleInfo] = {}
    for one, lent in found:
        info, id_ = one.info, one.info.id.lower()
        first = kept.get(id_)
        if first is None:
            kept[id_] = one
            if info.name and (other := names.setdefault(info.name, info)) is not info:
                loaded.warnings.append(one.lines.mistake(
                    ("name",), f"the name {info.name} is taken by {other.file}:{other.line}, which correlations and filters find by it",
                    "give it one of its own"))
        elif lent and info.file == first.info.file and (joined := _joined(first.rule, one.rule)) is not None:
            kept[id_] = link.Draft(joined, first.lines)
        else:
            loaded.mistakes.append(one.lines.mistake(
                ("id",), f"the id {info.id} is taken by {first.info.file}:{first.info.line}", "give it one of its own"))
    return list(kept.values())


def _renamed(rules: list[Rule], pipelines: Pipelines, loaded: Loaded) -> list[Rule]:
    """Correlations name the fields of the rules they listen to, which a pipeline may have renamed."""
    logsources: dict[str, Logsource] = {}
    kept: list[Rule] = []
    for rule in rules:
        info = rule.info
        if isinstance(rule, Correlation):
            bases = {id_: logsources[id_] for id_ in rule.rules if id_ in logsources}
            try:
                rule = pipelines.correlation(rule, bases)
            except Wrong as wrong:
                loaded.mistakes.append(Mistake(info.file, info.line, "correlation", wrong.what, wrong.do))
                continue
            if bases:
                logsources[info.id] = next(iter(bases.values()))
        else:
            logsources[info.id] = info.logsource
        kept.append(rule)
    return kept


def _joined(one: Rule, other: Rule) -> Detection | None:
    if not isinstance(one, Detection) or not isinstance(other, Detection) or one.info.category != other.info.category:
        return None
    return Detection(one.info, either([one.tree, other.tree]))
