"""What pySigma says of everything around a detection or a correlation (ids, dates, levels, tags, logsource), with the place
that it leaves out."""

from __future__ import annotations

from typing import Any

from sigma import exceptions as sigma
from sigma.correlations import SigmaCorrelationRule

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


def told(error: Exception, lines: Lines) -> Mistake:
    """What pySigma says, with its place."""
    path = next((path for kind, path in _PLACES if isinstance(error, kind)), ())
    return lines.mistake(path, str(error.args[0] if error.args else error))


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
        raise ConfigError([told(error, lines) for error in errors])
