"""What pySigma says of everything around a detection or a correlation (ids, dates, levels, tags, logsource), with the place
that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sigma import exceptions as sigma
from sigma.correlations import SigmaCorrelationRule

from sentinel.config.mistakes import nearest
from sentinel.config.yaml import Lines
from sentinel.errors import ConfigError, Mistake

_PLACES: list[tuple[type[Exception], tuple[str, ...]]] = [
    (sigma.SigmaIdentifierError, ("id",)), (sigma.SigmaNameError, ("name",)), (sigma.SigmaTitleError, ("title",)),
    (sigma.SigmaLevelError, ("level",)), (sigma.SigmaStatusError, ("status",)), (sigma.SigmaTagError, ("tags",)),
    (sigma.SigmaDateError, ("date",)), (sigma.SigmaModifiedError, ("modified",)),
    (sigma.SigmaLogsourceError, ("logsource",)), (sigma.SigmaRelatedError, ("related",)),
    (sigma.SigmaFieldsError, ("fields",)), (sigma.SigmaFalsePositivesError, ("falsepositives",)),
    (sigma.SigmaAuthorError, ("author",)), (sigma.SigmaDescriptionError, ("description",)),
    (sigma.SigmaReferencesError, ("references",)),
    # Nothing else that is left to it raises one.
    (sigma.SigmaValueError, ("tags",)),
]
# A correlation itself is read by `correlation`, from the values as YAML has them.
_STAND_IN = {"type": "event_count", "rules": ["rule"], "timespan": "1m", "condition": {"gte": 1}}


_ONE_OF = {
    "level": ("informational", "low", "medium", "high", "critical"),
    "status": ("stable", "test", "experimental", "deprecated", "unsupported")}
_DO = {
    "tags": "write them as `tags: [attack.t1110, atlas.aml.t0051, owasp.llm01]`: a namespace, a dot, a name",
    "related": "give each an `id` and a `type`: derived, obsolete, merged, renamed or similar",
    "logsource": "write `logsource: {category: llm}`, or whose logs it is about",
    "title": "say in a line what the rule finds"}


def told(error: Exception, document: Mapping[str, Any], lines: Lines) -> Mistake:
    """What pySigma says, with its place and what to write instead."""
    path = next((path for kind, path in _PLACES if isinstance(error, kind)), ())
    key = path[0] if path else ""
    what = str(error.args[0] if error.args else error).rstrip(".")
    if key in _ONE_OF:
        return lines.mistake(path, what, nearest(document.get(key), _ONE_OF[key], f"one of {', '.join(_ONE_OF[key])}"))
    do = _DO.get(key, "write it as a list, `- ` before each" if what.endswith("must be a list") else "")
    return lines.mistake(path, what, do)


def correlation(document: dict[str, Any], lines: Lines) -> None:
    """Raises: ConfigError with all that is wrong around the correlation."""
    # Ids need not be UUIDs for us; what is an id, `load` says.
    seen = {key: value for key, value in document.items() if key != "id"} | {"correlation": _STAND_IN}
    try:
        errors: list[Exception] = list(SigmaCorrelationRule.from_dict(seen, collect_errors=True).errors)
    except sigma.SigmaError as error:
        errors = [error]
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        # pySigma trips over values of a wrong type instead of naming them.
        errors = [sigma.SigmaTypeError(f"a value has the wrong type ({error})")]
    if errors:
        raise ConfigError([told(error, document, lines) for error in errors])
