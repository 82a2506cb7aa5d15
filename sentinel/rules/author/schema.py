"""What editors know of rules and cases: JSON Schema, draft 7, which their YAML plugins read.

Out: schemas. They refuse what is certainly a mistake (a modifier that does not exist, a missing condition) and leave to `rules
check` what a schema cannot know.
"""

from __future__ import annotations

from typing import Any

from sentinel.records.alert import LEVELS
from sentinel.records.event import CATEGORIES
from sentinel.rules.author.cases.beside import DISTANCE
from sentinel.rules.read import modifiers
from sentinel.rules.read.correlation import SPAN, TYPES
from sentinel.rules.read.load import PRINCIPALS
from sentinel.rules.rule import OPERATORS, STATUSES

DRAFT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, Any]

_UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_DATE = r"^\d{4}[-/]\d{2}[-/]\d{2}$"
_SPAN, _DISTANCE = f"^{SPAN.pattern}$", f"^{DISTANCE.pattern}$"
_RELATIONS = ("derived", "obsolete", "merged", "renamed", "similar")


def _said(description: str, **schema: Any) -> Schema:
    return {"description": description, **schema}


def _one_or_several(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_VALUE: Schema = {"type": ["string", "number", "boolean", "null"]}


def rule() -> Schema:
    """A rule, a correlation, a filter, or a part of a collection (`action:`)."""
    return {
        "$schema": DRAFT, "title": "Sigma rule", "description": "A rule of sentinel's: Sigma 2.1, and the key `sentinel`.",
        "type": "object", "properties": _RULE,
        "anyOf": [{"required": ["title", "detection", "logsource"]}, {"required": ["title", "correlation"]},
                  {"required": ["title", "filter"]}, {"required": ["action"]}],
        "definitions": {"map": _map(), "selection": _selection(), "line": _one_or_several(_VALUE)},
    }


def _selection() -> Schema:
    one = {"anyOf": [{"$ref": "#/definitions/map"}, {"type": ["string", "number", "boolean"]}]}
    return _said("Fields, all of which must match; a list: any of them. Words without a field are looked for everywhere.",
                 anyOf=[{"$ref": "#/definitions/map"}, {"type": "array", "items": one, "minItems": 1}, _VALUE])


def _map() -> Schema:
    names = "|".join(sorted(modifiers.NAMES, key=lambda name: (-len(name), name)))
    return _said(f"`field|modifier: value`. Modifiers: {', '.join(sorted(modifiers.NAMES))}.", type="object", minProperties=1,
                 patternProperties={rf"^[^|]*(\|({names}))*$": {"$ref": "#/definitions/line"}}, additionalProperties=False)


def _selections(**more: Schema) -> Schema:
    return {
        "type": "object", "required": ["condition"], "minProperties": 2,
        "properties": {"condition": _said("Which selections must match: `selection and not 1 of filter_*`.", **_one_or_several(_TEXT)),
                       "timeframe": _TEXT, **more},
        "additionalProperties": {"$ref": "#/definitions/selection"},
    }


_CORRELATION: Schema = {
    "type": "object", "required": ["type", "rules", "timespan"], "additionalProperties": False,
    "properties": {
        "type": _said("What is counted or compared.", enum=list(TYPES)),
        "rules": _said("Ids or names of the rules it listens to.", **_one_or_several(_TEXT)),
        "group-by": _said("Fields or aliases; each combination of their values is counted by itself.", **_one_or_several(_TEXT)),
        "timespan": _said("As 30s, 5m, 12h, 7d, 2w, 1M, 1y.", type="string", pattern=_SPAN),
        "condition": _said("As `{gte: 5}`, for value_* with `field`; for temporal ones an expression over rules.", anyOf=[
            _TEXT, {"type": "object", "additionalProperties": False, "properties": {
                **{op: {"type": "number"} for op in sorted(OPERATORS)}, "percentile": {"type": "number", "minimum": 0, "maximum": 100},
                "field": _one_or_several(_TEXT)}}]),
        "aliases": _said("Alias to rule to field.", type="object", additionalProperties={"type": "object", "additionalProperties": _TEXT}),
        "generate": _said("The rules it listens to alert by themselves too.", type="boolean"),
    },
}

_SENTINEL: Schema = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "story": _said("Alerts of one principal and story fold into one incident.", type="string"),
        "principal": _said("Whom it is about; absent: the narrowest that is known.", enum=list(PRINCIPALS)),
        "runbook": _said("What the on-call engineer opens.", type="string"),
    },
}

_RULE: Schema = {
    "title": _said("What it finds, in a few words.", type="string", minLength=1, maxLength=256),
    "id": _said("A UUID of its own.", type="string", pattern=_UUID),
    "name": _said("What correlations and filters may call it.", type="string"),
    "status": {"enum": list(STATUSES)},
    "level": _said("How grave a match is; without one, medium.", enum=list(LEVELS)),
    "description": _TEXT, "author": _TEXT, "license": _TEXT, "taxonomy": _TEXT,
    "date": {"type": "string", "pattern": _DATE}, "modified": {"type": "string", "pattern": _DATE},
    "references": _TEXTS, "fields": _TEXTS, "falsepositives": _TEXTS, "scope": _TEXTS,
    "tags": _said("Namespace and name: atlas.aml.t0051, owasp.llm01, attack.t1078.", type="array",
                  items={"type": "string", "pattern": r"^[a-z0-9_-]+\.[A-Za-z0-9._-]+$"}),
    "related": {"type": "array", "items": {"type": "object", "required": ["id", "type"], "properties": {
        "id": {"type": "string", "pattern": _UUID}, "type": {"enum": list(_RELATIONS)}}}},
    "logsource": _said(f"Which events; sentinel's categories are {', '.join(CATEGORIES)}.", type="object", properties={
        "category": {"type": "string", "examples": list(CATEGORIES)}, "product": _TEXT, "service": _TEXT, "definition": _TEXT}),
    "detection": _selections(),
    "correlation": _CORRELATION,
    "filter": _selections(rules=_said("Ids or names of the rules it narrows, or `any`.", **_one_or_several(_TEXT))),
    "action": {"enum": ["global", "reset", "repeat"]},
    "sentinel": _SENTINEL,
}


def cases() -> Schema:
    """The cases beside a rule."""
    return {
        "$schema": DRAFT, "title": "Cases of a rule", "description": "Events on which the rule beside must fire, or must not.",
        "type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["events", "fires"], "additionalProperties": False,
            "properties": {
                "name": _said("What the case is about.", type="string"),
                "events": {"type": "array", "minItems": 1, "items": _event()},
                "fires": _said("true: at least once; false: never; a number: exactly so often.",
                               anyOf=[{"type": "boolean"}, {"type": "integer", "minimum": 0}]),
                "group": _said("Some of a firing's group-by values.", type="object"),
                "rule": _said("The id or name of the one rule of the file that is meant.", type="string"),
            },
        },
    }


def _event() -> Schema:
    times = {
        "at": _said("Distance from the case's start: +20s, +500ms, +2m, +1h, +1d.", type=["string", "integer"], pattern=_DISTANCE),
        "@timestamp": _said("An instant: 2026-01-05T10:00:00Z.", type="string"),
        "repeat": _said("So many events; {i} in a value counts them.", type="integer", minimum=1),
        "every": _said("How far apart; 1s unless it says otherwise.", type=["string", "integer"], pattern=_DISTANCE),
    }
    fields = _said("The event's fields, dotted.", type="object")
    return {
        "type": "object", "properties": times,
        "if": {"required": ["fields"]},
        "then": {"properties": {**times, "fields": fields}, "additionalProperties": False},
    }
