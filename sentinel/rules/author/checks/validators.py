"""The validators of pySigma and of SigmaHQ, with no network.

In: documents of rules. Out: remarks under the validators' own names. Those that look things up in tables which they download
(ATT&CK, D3FEND, SigmaHQ's taxonomy) are left out: a check neither waits for a server nor says something else tomorrow.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError, SigmaRuleLocation
from sigma.rule import SigmaLogSource, SigmaRule
from sigma.validators.base import SigmaRuleValidator, SigmaValidationIssue, SigmaValidationIssueSeverity
from sigma.validators.core import validators as _CORE
from sigma.validators.sigmahq import validators as _SIGMAHQ

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.errors import ConfigError
from sentinel.rules.author.checks.remark import Remark
from sentinel.text import printable

KNOWN: dict[str, type[SigmaRuleValidator]] = {**_CORE, **_SIGMAHQ}
DOWNLOADING = frozenset({
    "attacktag", "d3_fendtag", "sigmahq_category_event_id", "sigmahq_category_windows_provider_name", "sigmahq_fieldname_cast",
    "sigmahq_filename_prefix", "sigmahq_invalid_fieldname", "sigmahq_logsource_unknown", "sigmahq_redundant_field",
    "sigmahq_tags_techniques_without_tactics"})
# Asked more sharply by checks of our own, or about one repository's file names.
_NOT_BY_DEFAULT = frozenset({
    "dangling_condition", "dangling_detection", "duplicate_filename", "filename_length", "identifier_uniqueness",
    "invalid_modifier_combinations", "sigmahq_correlation_group_by_existence", "sigmahq_correlation_rules_minimum",
    "sigmahq_field_user", "sigmahq_unsupported_regex_group_construct"})
_KEYS = ("title", "description", "references", "author", "modified", "date", "level", "status", "tag", "falsepositives", "logsource",
         "condition", "fields", "correlation")
_LONGEST = 80

Rules = SigmaRule | SigmaCorrelationRule


class Chosen(Struct):
    """Which validators run.

    Attributes:
        names: of them. least: the severity from which an issue is told. excluded: by rule id, checks that do not speak of it,
            our own among them. settings: of single validators, passed as they are.
    """

    names: frozenset[str]
    least: SigmaValidationIssueSeverity = SigmaValidationIssueSeverity.HIGH
    excluded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def spares(self, rule: str, check: str) -> bool:
        """Whether `check` does not speak of the rule with this id."""
        return check in self.excluded.get(rule, ())


def default() -> Chosen:
    """What will certainly cause problems, and is not about one repository's habits."""
    return Chosen(frozenset(KNOWN) - DOWNLOADING - _NOT_BY_DEFAULT)


def every() -> Chosen:
    """All that SigmaHQ asks of rules that it takes in."""
    return Chosen(frozenset(KNOWN) - DOWNLOADING, SigmaValidationIssueSeverity.LOW)


def configured(path: Path, ours: Collection[str]) -> Chosen:
    """As a validation config of pySigma's says: `validators`, `exclusions`, `config`.

    Args:
        ours: names of checks that are not validators; they may be excluded too.

    Raises: ConfigError.
    """
    document, lines = yaml.load(path)
    if not isinstance(document, dict):
        raise ConfigError(lines.mistake((), "a validation config is a mapping", "begin with `validators:`"))
    excluded = {str(id_): frozenset(map(str, some if isinstance(some, list) else [some]))
                for id_, some in _mapping(document, "exclusions", lines).items()}
    for id_, some in excluded.items():
        for name in some:
            _known(name, {*KNOWN, *ours}, lines, ("exclusions", id_))
    settings = _mapping(document, "config", lines)
    for name, given in settings.items():
        _known(name, KNOWN, lines, ("config", name))
        _try(name, given, lines)
    return Chosen(_names(document, lines) - DOWNLOADING, SigmaValidationIssueSeverity.LOW, excluded, settings)


def _names(document: Mapping[str, Any], lines: yaml.Lines) -> frozenset[str]:
    """One after the other: `all`, a name, and -name to leave one out again."""
    listed = document.get("validators") or []
    if not isinstance(listed, list):
        raise ConfigError(lines.mistake(("validators",), "`validators` is a list", "write [all]"))
    names: set[str] = set()
    for place, given in enumerate(map(str, listed)):
        if given == "all":
            names = set(KNOWN)
        elif given.startswith("-"):
            _known(given[1:], KNOWN, lines, ("validators", place))
            names.discard(given[1:])
        else:
            _known(given, KNOWN, lines, ("validators", place))
            names.add(given)
    return frozenset(names)


def _mapping(document: Mapping[str, Any], key: str, lines: yaml.Lines) -> dict[str, Any]:
    value = document.get(key) or {}
    if not isinstance(value, dict):
        raise ConfigError(lines.mistake((key,), f"`{key}` is a mapping"))
    return value


def _try(name: str, given: Any, lines: yaml.Lines) -> None:
    if not isinstance(given, dict):
        raise ConfigError(lines.mistake(("config", name), "a mapping of settings is wanted here"))
    try:
        KNOWN[name](**given)
    except (TypeError, ValueError) as error:
        takes = ", ".join(inspect.signature(KNOWN[name]).parameters) or "nothing"
        raise ConfigError(lines.mistake(("config", name), f"{name} does not take these", f"it takes {takes}")) from error


def _known(name: str, known: Collection[str], lines: yaml.Lines, path: tuple[str | int, ...]) -> None:
    if name not in known:
        raise ConfigError(lines.mistake(path, f"there is no check {name!r}", nearest(name, known)))


class Validators:
    """Runs the chosen ones; some compare rules with each other, so they see all of them. See `rest`."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self._running = [(name, KNOWN[name](**chosen.settings.get(name, {}))) for name in sorted(chosen.names)]
        self._places: dict[int, tuple[Rules, str, yaml.Lines, Mapping[str, Any]]] = {}

    def ask(self, document: dict[str, Any], lines: yaml.Lines, rule: str) -> Iterator[Remark]:
        """What they say of one rule. One that pySigma cannot read has its mistakes told by the loader."""
        parsed = _parsed(document, lines)
        if parsed is None:
            return
        self._places[id(parsed)] = (parsed, rule, lines, document)
        for name, validator in self._running:
            if not self._chosen.spares(rule, name):
                yield from self._told(name, lambda asked=validator: asked.validate(parsed))  # type: ignore[misc]

    def rest(self) -> Iterator[Remark]:
        """What they say of rules together, once all were asked about."""
        for name, validator in self._running:
            yield from self._told(name, validator.finalize)

    def _told(self, name: str, ask: Callable[[], list[SigmaValidationIssue]]) -> Iterator[Remark]:
        try:
            issues = ask()
        except Exception:  # A validator is somebody else's, and trips over what it did not expect: it has no opinion then.
            return
        for issue in issues:
            if issue.severity.value >= self._chosen.least.value:
                yield self._remark(name, issue)

    def _remark(self, name: str, issue: SigmaValidationIssue) -> Remark:
        _, rule, lines, document = self._places[id(issue.rules[-1])]
        others = [self._places[id(one)][2] for one in issue.rules[:-1]]
        path = _path(name, issue, document)
        about = "; ".join([*_details(issue), *(f"also in {other.file}" for other in others[:3])])
        mistake = lines.mistake(path, issue.description.rstrip(".") + f" ({about})" * bool(about))
        return Remark(mistake.file, mistake.line, mistake.key, rule, "warning", name, mistake.what)


def _parsed(document: dict[str, Any], lines: yaml.Lines) -> Rules | None:
    kind: Any = SigmaCorrelationRule if "correlation" in document else SigmaRule
    try:
        parsed: Rules = kind.from_dict(document, collect_errors=True, source=SigmaRuleLocation(Path(lines.file)))
    except (SigmaError, TypeError, AttributeError, KeyError, ValueError, UnboundLocalError):
        return None
    return None if parsed.errors else parsed


def _details(issue: SigmaValidationIssue) -> list[str]:
    """What an issue says beside its sentence, short."""
    return [printable(_short(value), _LONGEST) for name, value in vars(issue).items()
            if name not in ("rules", "detection_item") and value]


def _short(value: Any) -> str:
    if isinstance(value, SigmaLogSource):
        return "/".join(filter(None, (value.product, value.category, value.service)))
    return ", ".join(map(str, value)) if isinstance(value, (list, set, tuple)) else str(value)


def _path(name: str, issue: SigmaValidationIssue, document: Mapping[str, Any]) -> tuple[str | int, ...]:
    item = getattr(issue, "detection_item", None)
    if item is not None and (found := _line_of(document.get("detection"), str(item.field), ("detection",))):
        return found
    if selection := getattr(issue, "detection_name", None):
        return ("detection", str(selection))
    key = "references" if name.endswith("_link") else next((key for key in _KEYS if key in name), "")
    return ("tags",) if key == "tag" else ("detection", key) if key == "condition" else (key,) if key else ()


def _line_of(node: Any, field_: str, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where a detection first speaks of a field."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        if str(key).split("|")[0] == field_ and isinstance(node, dict):
            return (*path, key)
        if found := _line_of(value, field_, (*path, key)):
            return found
    return ()
