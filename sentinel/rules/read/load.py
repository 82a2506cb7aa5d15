"""Reads rules from files and folders.

In: paths. Out: `Loaded`: the rules that work and every mistake of those that do not; one broken rule never stops another.
pySigma judges everything around the detection (ids, dates, levels, tags, logsource, correlations); the detection itself
is read by `plan`, from the values as YAML has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from sigma import exceptions as sigma
from sigma.rule import SigmaRule

from sentinel.config import yaml
from sentinel.errors import ConfigError, Mistake
from sentinel.rules.read import filter as filters
from sentinel.rules.read import link
from sentinel.rules.read.plan import plan
from sentinel.rules.rule import Detection, Rule, RuleInfo
from sentinel.rules.tree import Wrong

PRINCIPALS = ("key", "user", "team", "address", "service", "source")
_ATTRIBUTES = {"story", "principal", "runbook"}
_SUFFIXES = {".yml", ".yaml"}
# Only what stands around a detection is pySigma's to judge.
_STAND_IN = {"selection": {"field": "value"}, "condition": "selection"}


class Loaded(Struct):
    """Attributes: rules: those that work, base rules before the correlations over them. mistakes: what keeps others out.
    warnings: what works and is probably not meant."""

    rules: list[Rule] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)


def load(paths: Iterable[Path], placeholders: Mapping[str, Sequence[str]] | None = None) -> Loaded:
    """All rules of these files and folders (every `*.yml` and `*.yaml` below, but for `*.cases.yml`)."""
    loaded = Loaded()
    found: list[link.Draft] = []
    silencers: list[filters.Filter] = []
    for path in files(paths, loaded.mistakes):
        for document, lines in _documents(path, loaded.mistakes):
            try:
                one = _document(document, lines, placeholders)
            except Wrong as wrong:
                loaded.mistakes.append(lines.mistake(wrong.path, wrong.what, wrong.do))
            except ConfigError as error:
                loaded.mistakes += error.mistakes
            else:
                (silencers if isinstance(one, filters.Filter) else found).append(one)
    unique = _unique(found, loaded.mistakes)
    loaded.rules = link.link(filters.apply(unique, silencers, loaded), loaded.mistakes)
    return loaded


def files(paths: Iterable[Path], mistakes: list[Mistake]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if is_rule(p))
        elif path.exists():
            yield path
        else:
            mistakes.append(Mistake(str(path), 0, "", "no such file or folder", "check the path"))


def is_rule(path: Path) -> bool:
    return path.suffix in _SUFFIXES and not path.stem.endswith(".cases") and not path.name.startswith(".") and path.is_file()


def _documents(path: Path, mistakes: list[Mistake]) -> list[tuple[Any, yaml.Lines]]:
    try:
        return yaml.load_all(path)
    except ConfigError as error:
        mistakes += error.mistakes
        return []


def _document(document: Any, lines: yaml.Lines, placeholders: Mapping[str, Sequence[str]] | None) -> Any:
    if not isinstance(document, dict):
        raise Wrong("a rule is a mapping", "begin with `title:`")
    if "action" in document:
        raise Wrong("`action` documents are not read yet", "write each rule out", ("action",))
    if "correlation" in document:
        return link.draft(document, info(document, lines, str(_mapping(document, "correlation").get("type", ""))), lines)
    if "filter" in document:
        return filters.read(document, lines, placeholders)
    if "detection" not in document:
        raise Wrong("neither `detection`, `correlation` nor `filter`", "add a `detection:`")
    _judge({**document, "detection": _STAND_IN}, lines)
    try:
        tree = plan(document["detection"], placeholders)
    except Wrong as wrong:
        raise Wrong(wrong.what, wrong.do, ("detection", *wrong.path)) from wrong
    return link.Draft(Detection(info(document, lines, "detection"), tree), lines)


def _judge(document: dict[str, Any], lines: yaml.Lines) -> None:
    """Raises: ConfigError with what pySigma finds wrong."""
    if not isinstance(document.get("id", ""), str):
        raise Wrong("an id is a UUID", "write one as 6b13f121-07b7-4ed5-a9d2-ccc419442d53", ("id",))
    try:
        errors: list[Exception] = list(SigmaRule.from_dict(document, collect_errors=True).errors)
    except sigma.SigmaError as error:
        errors = [error]
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        # pySigma trips over values of a wrong type instead of naming them.
        errors = [sigma.SigmaTypeError(f"a value has the wrong type ({error})")]
    if errors:
        raise ConfigError([link.told(error, lines) for error in errors])


def info(document: dict[str, Any], lines: yaml.Lines, kind: str) -> RuleInfo:
    """Raises: Wrong."""
    ours = _mapping(document, "sentinel")
    for key in ours:
        if key not in _ATTRIBUTES:
            raise Wrong(f"unknown key {key!r}", f"known are {', '.join(sorted(_ATTRIBUTES))}", ("sentinel", key))
    principal = str(ours.get("principal") or "")
    if principal and principal not in PRINCIPALS:
        raise Wrong(f"unknown principal {principal!r}", f"one of {', '.join(PRINCIPALS)}", ("sentinel", "principal"))
    name = str(document.get("name") or "")
    place = f"{Path(lines.file).name}:{lines.of(('title',))}"
    return RuleInfo(
        id=str(document.get("id") or name or place), title=str(document.get("title") or ""), name=name, kind=kind,
        level=str(document.get("level") or "medium").lower(), tags=_texts(document.get("tags")),
        category=str(_mapping(document, "logsource").get("category") or ""), status=str(document.get("status") or ""),
        description=str(document.get("description") or ""), falsepositives=_texts(document.get("falsepositives")),
        story=str(ours.get("story") or "other"), principal=principal, runbook=str(ours.get("runbook") or ""),
        file=lines.file, line=lines.of(("title",)))


def _mapping(document: dict[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key) or {}
    if not isinstance(value, dict):
        raise Wrong(f"`{key}` is a mapping", "", (key,))
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _unique(drafts: list[link.Draft], mistakes: list[Mistake]) -> list[link.Draft]:
    seen: dict[str, RuleInfo] = {}
    kept = []
    for one in drafts:
        other = seen.get(one.info.id)
        if other:
            mistakes.append(one.lines.mistake(("id",), f"the id {one.info.id} is taken by {other.file}:{other.line}",
                                              "give it one of its own"))
        else:
            seen[one.info.id] = one.info
            kept.append(one)
    return kept
