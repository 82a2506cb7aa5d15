"""JSON records of any origin as flat fields, so that one dict look-up finds what a rule names.

In: a decoded object. Out: a dict with its own keys as they are, and beside them every dotted path, through objects and lists;
for Windows events also the bare names that rules use, whichever exporter wrote them (evtx_dump, winlogbeat, NXLog, XML made JSON).
A key that is there as written always wins over a path or a bare name that spells the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_DEEPEST = 32
# Characters. What is called by a longer path goes by the beginning of it, all together: a long key with many members would
# else be as much memory as one times the other.
_LONGEST = 256
_NESTED = (dict, list)
_FLAT = frozenset(_NESTED)
# Where exporters put what a rule names barely. UserData holds one object, named after the event's own template.
_WRAPPED = re.compile(r"(?:Event\.)?(?:EventData|System)\.(?=.)|(?:Event\.)?UserData\.(?:EventXML\.|[^.#]+\.)?(?=.)"
                      r"|winlog\.(?:event_data|user_data)\.(?=.)", re.ASCII)
_WINDOWS = frozenset({"Event", "EventData", "System", "UserData", "winlog"})
# An XML tag's attribute is joined to the tag by an underscore; its text is the tag's own value.
_ATTRIBUTE = re.compile(r"\.(?:#attributes\.|@attributes\.|@)")
_TEXT = (".#text", ".$t", "._text")
_RENAMED = {"winlog.event_id": "EventID", "winlog.channel": "Channel", "winlog.provider_name": "Provider_Name",
            "winlog.computer_name": "Computer"}
# <Data Name="Image">x</Data> as a list of objects: where the name stands, and where the value.
_NAMES = ("@Name", "Name", "_Name", "name")
_VALUES = ("#text", "$t", "_text", "_", "text", "content", "Value", "value")


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """The record's fields by literal key and by dotted path; a path through a list holds every member's value."""
    if _is_flat(document):
        return document
    # Windows field names end in a space now and then.
    fields = {key.rstrip(): value for key, value in document.items()}
    if len(fields) < len(document):
        fields |= document
    nested = [key for key, value in fields.items() if value.__class__ in _NESTED]
    if nested:
        paths: dict[str, list[Any]] = {}
        for key in nested:
            _walk(key[:_LONGEST], fields[key], paths, 0)
        for path, values in paths.items():
            fields.setdefault(path, values[0] if len(values) == 1 else values)
        for name, value in fields.items():
            if value.__class__ is list and any(member.__class__ is list for member in value):
                fields[name] = list(_members(value))
    if any(key.partition(".")[0] in _WINDOWS for key in document):
        for name, value in list(_bare(fields)):
            fields.setdefault(name, value)
    for name in [name for name in fields if " " in name]:
        # "Threat Name" goes by "ThreatName" in rules.
        fields.setdefault(name.replace(" ", ""), fields[name])
    return fields


def _is_flat(document: dict[str, Any]) -> bool:
    """Whether there is nothing to do: no value holds others, and no name goes by another."""
    return _FLAT.isdisjoint(map(type, document.values())) and _plain_again(tuple(document))


def _plain(names: tuple[str, ...]) -> bool:
    heads = {name.partition(".")[0] for name in names}
    return _WINDOWS.isdisjoint(heads) and not any(name.split() != [name] for name in names)


# Records of one program have the same names.
_plain_again = lru_cache(256)(_plain)


def _walk(path: str, value: Any, paths: dict[str, list[Any]], depth: int) -> None:
    if depth > _DEEPEST:
        return
    if value.__class__ is list:
        for member in value:
            if member.__class__ in _NESTED:
                _walk(path, member, paths, depth + 1)
        return
    for key, inner in value.items():
        below = f"{path}.{key.rstrip()}"[:_LONGEST]
        paths.setdefault(below, []).extend(inner if inner.__class__ is list else [inner])
        if inner.__class__ in _NESTED:
            _walk(below, inner, paths, depth + 1)


def _members(value: list[Any]) -> Iterator[Any]:
    """The members of lists in lists: a list matches by any member, however deep."""
    left = [iter(value)]
    while left:
        for member in left[-1]:
            if member.__class__ is list:
                left.append(iter(member))
                break
            yield member
        else:
            left.pop()


def _bare(fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What of a Windows event goes by a shorter name."""
    for path, value in fields.items():
        if path in _RENAMED:
            yield _RENAMED[path], value
        wrapped = _WRAPPED.match(path)
        if wrapped is None:
            continue
        name = path[wrapped.end():]
        if name == "Data" and value.__class__ in _NESTED:
            yield from _named(value)
        if value.__class__ is dict:
            continue
        for text in _TEXT:
            name = name.removesuffix(text)
        yield _ATTRIBUTE.sub("_", name), value


def _named(data: Any) -> Iterator[tuple[str, Any]]:
    """The fields of `EventData.Data`, a list of objects with a name and a value each."""
    for member in data if data.__class__ is list else [data]:
        if member.__class__ is not dict:
            continue
        attributes = member.get("#attributes") or member.get("@attributes") or member.get("$")
        holders = [member, attributes] if isinstance(attributes, dict) else [member]
        name = next((one[key] for one in holders for key in _NAMES if isinstance(one.get(key), str)), None)
        if name:
            yield name.rstrip(), next((member[key] for key in _VALUES if key in member), None)
