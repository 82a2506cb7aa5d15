"""What pySigma says of everything around a detection or a correlation (ids, dates, levels, tags, logsource), with the place
that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sentinel.config.mistakes import nearest
from sentinel.config.yaml import Lines
from sentinel.errors import ConfigError, Mistake
from sentinel.records.alert import LEVELS
from sentinel.rules.rule import STATUSES

if TYPE_CHECKING:  # of thousands of rules mostly none needs pySigma, which takes a third of a second to import
    from sigma.correlations import SigmaCorrelationRule
    from sigma.rule import SigmaRule

# By the name of pySigma's exception.
_PLACES = {
    "SigmaIdentifierError": "id", "SigmaNameError": "name", "SigmaTitleError": "title", "SigmaLevelError": "level",
    "SigmaStatusError": "status", "SigmaTagError": "tags", "SigmaDateError": "date", "SigmaModifiedError": "modified",
    "SigmaLogsourceError": "logsource", "SigmaRelatedError": "related", "SigmaFieldsError": "fields",
    "SigmaFalsePositivesError": "falsepositives", "SigmaAuthorError": "author", "SigmaDescriptionError": "description",
    "SigmaReferencesError": "references",
    # Nothing else that is left to it raises one.
    "SigmaValueError": "tags",
}
# Detections and correlations themselves are read by `plan` and `correlation`, from the values as YAML has them.
_DETECTION = {"selection": {"field": "value"}, "condition": "selection"}
_ANY = UUID(int=0)
_CORRELATION = {"type": "event_count", "rules": ["rule"], "timespan": "1m", "condition": {"gte": 1}}


_ONE_OF = {"level": LEVELS, "status": STATUSES}
_DO = {
    "tags": "write them as `tags: [attack.t1110, atlas.aml.t0051, owasp.llm01]`: a namespace, a dot, a name",
    "related": "give each an `id` and a `type`: derived, obsolete, merged, renamed or similar",
    "logsource": "write `logsource: {category: llm}`, or whose logs it is about",
    "title": "say in a line what the rule finds"}


def told(error: Exception, document: Mapping[str, Any], lines: Lines) -> Mistake:
    """What pySigma says, with its place and what to write instead."""
    key = next((_PLACES[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _PLACES), "")
    path = (key,) if key else ()
    what = str(error.args[0] if error.args else error).rstrip(".")
    if key in _ONE_OF:
        return lines.mistake(path, what, nearest(document.get(key), _ONE_OF[key], f"one of {', '.join(_ONE_OF[key])}"))
    do = _DO.get(key, "write it as a list, `- ` before each" if what.endswith("must be a list") else "")
    return lines.mistake(path, what, do)


def detection(document: dict[str, Any], lines: Lines) -> SigmaRule:
    """The rule as pySigma has it, its detection aside. Raises: ConfigError with all that is wrong around the detection."""
    from sigma.rule import SigmaRule

    return _read(SigmaRule, {**_with_uuids(document), "detection": _DETECTION}, document, lines)


def correlation(document: dict[str, Any], lines: Lines) -> None:
    """Raises: ConfigError with all that is wrong around the correlation."""
    from sigma.correlations import SigmaCorrelationRule

    _read(SigmaCorrelationRule, {**_with_uuids(document), "correlation": _CORRELATION}, document, lines)


_Kind = TypeVar("_Kind", "SigmaRule", "SigmaCorrelationRule")


def _read(kind: type[_Kind], seen: dict[str, Any], document: Mapping[str, Any], lines: Lines) -> _Kind:
    from sigma import exceptions as sigma

    try:
        rule = kind.from_dict(seen, collect_errors=True)
        errors: list[Exception] = list(rule.errors)
    except sigma.SigmaError as error:
        errors = [error]
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        # pySigma trips over values of a wrong type instead of naming them.
        errors = [sigma.SigmaTypeError(f"a value has the wrong type ({error})")]
    if errors:
        raise ConfigError([told(error, document, lines) for error in errors])
    return rule


def _with_uuids(document: Mapping[str, Any]) -> dict[str, Any]:
    """pySigma insists on UUIDs, which the specification recommends. What is an id to us, `load` says."""
    seen = {key: value for key, value in document.items() if key != "id" or is_uuid(str(value))}
    if isinstance(seen.get("related"), list):
        seen["related"] = [{**one, "id": str(_ANY)} if isinstance(one, dict) and _is_other_id(one.get("id")) else one for one in seen["related"]]
    return seen


def _is_other_id(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not is_uuid(value)


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
