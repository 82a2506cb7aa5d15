"""JSON records of any origin as flat fields, so that one dict look-up finds what a rule names.

In: a decoded object. Out: a dict with its own keys as they are, and beside them every dotted path, through objects and lists.
A key that is there as written always wins over a path that spells the same.
"""

from __future__ import annotations

from typing import Any

_DEEPEST = 32
# Windows events as their exporters nest them; rules name the bare field.
_UNWRAPPED = ("EventData.", "Event.EventData.", "Event.System.", "winlog.event_data.")
_RENAMED = {"Event.System.EventID.#text": "EventID", "Event.System.Provider.#attributes.Name": "Provider_Name",
            "winlog.event_id": "EventID", "winlog.channel": "Channel", "winlog.provider_name": "Provider_Name"}


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """The record's fields by literal key and by dotted path; a path through a list holds every member's value."""
    # Windows field names end in a space now and then.
    fields = {key.rstrip(): value for key, value in document.items()}
    paths: dict[str, list[Any]] = {}
    for key, value in fields.items():
        if value.__class__ is dict or value.__class__ is list:
            _walk(key, value, paths, 0)
    for path, values in paths.items():
        fields.setdefault(path, values[0] if len(values) == 1 else values)
    for path in [p for p in fields if p.startswith(_UNWRAPPED)]:
        bare = path.removeprefix("Event.").removeprefix("EventData.").removeprefix("System.").removeprefix("winlog.event_data.")
        if fields[path].__class__ is not dict:
            fields.setdefault(bare, fields[path])
    for path, name in _RENAMED.items():
        if path in fields:
            fields.setdefault(name, fields[path])
    return fields


def _walk(path: str, value: Any, paths: dict[str, list[Any]], depth: int) -> None:
    if depth > _DEEPEST:
        return
    if value.__class__ is list:
        for member in value:
            if member.__class__ is dict or member.__class__ is list:
                _walk(path, member, paths, depth + 1)
        return
    for key, inner in value.items():
        below = f"{path}.{key.rstrip()}"
        paths.setdefault(below, []).extend(inner if inner.__class__ is list else [inner])
        if inner.__class__ is dict or inner.__class__ is list:
            _walk(below, inner, paths, depth + 1)
