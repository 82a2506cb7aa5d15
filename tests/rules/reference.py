"""A slow, obvious evaluator of Sigma detections, written from the specification and sharing nothing with the engine.

It walks the raw YAML for each event anew: strings letter by letter, conditions by Python's own `and`, `or`, `not`.
"""

from __future__ import annotations

import fnmatch
import ipaddress
import re
from typing import Any


def matches(detection: dict[str, Any], event: dict[str, Any]) -> bool:
    names = [name for name in detection if name != "condition"]
    conditions = detection["condition"]
    for condition in conditions if isinstance(conditions, list) else [conditions]:
        if evaluate(condition, {name: selection(detection[name], event) for name in names}):
            return True
    return False


def evaluate(condition: str, truth: dict[str, bool]) -> bool:
    words = condition.replace("(", " ( ").replace(")", " ) ").split()
    python: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in truth:
            python.append(str(truth[word]))
        elif at + 1 < len(words) and words[at + 1] == "of":
            pattern = words[at + 2]
            chosen = [value for name, value in truth.items()
                      if (not name.startswith("_") if pattern == "them" else fnmatch.fnmatchcase(name, pattern))]
            python.append(str(all(chosen) if word == "all" else any(chosen)))
            at += 2
        else:
            python.append(word)
        at += 1
    return bool(eval(" ".join(python), {"__builtins__": {}}))


def selection(value: Any, event: dict[str, Any]) -> bool:
    if isinstance(value, dict):
        return all(line(key, one, event) for key, one in value.items())
    if isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
        return any(selection(one, event) for one in value)
    return line("", value, event)


def line(key: str, value: Any, event: dict[str, Any]) -> bool:
    field, *modifiers = key.split("|")
    values = value if isinstance(value, list) else [value]
    results = [one_value(field, modifiers, one, event) for one in values or [None]]
    result = all(results) if "all" in modifiers else any(results)
    return not result if "neq" in modifiers else result


def one_value(field: str, modifiers: list[str], wanted: Any, event: dict[str, Any]) -> bool:
    if "exists" in modifiers:
        return (field in event) == wanted
    if field == "":
        return any(scalar(["contains", *modifiers], wanted, member) for name, found in event.items()
                   if not name.startswith("sentinel.") and found is not None for member in members(found))
    found = event.get(field)
    if "fieldref" in modifiers:
        return any(text(a) is not None and text(b) is not None and fold(text(a)) == fold(text(b))
                   for a in members(found) for b in members(event.get(wanted)))
    return any(scalar(modifiers, wanted, member) for member in members(found))


def members(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def fold(value: str | None) -> str:
    assert value is not None
    out = ""
    for char in value:
        candidates = [char.casefold(), char.lower(), char]
        out += next(one for one in candidates if len(one) == 1)
    return out


def scalar(modifiers: list[str], wanted: Any, found: Any) -> bool:
    if wanted is None:
        return found is None
    if "re" in modifiers:
        flags = sum({"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}.get(m, 0) for m in modifiers)
        return text(found) is not None and re.search(wanted, text(found) or "", flags) is not None
    if "cidr" in modifiers:
        try:
            return ipaddress.ip_address(found) in ipaddress.ip_network(wanted)
        except (ValueError, TypeError):
            return False
    for name in ("gte", "gt", "lte", "lt"):
        if name in modifiers:
            if isinstance(found, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", found, re.ASCII):
                found = int(found)
            if isinstance(found, (bool, str)) or found is None:
                return False
            return {"gt": found > wanted, "gte": found >= wanted, "lt": found < wanted, "lte": found <= wanted}[name]
    if not isinstance(wanted, str) and "contains" not in modifiers:
        if isinstance(wanted, bool):
            return found is wanted or (isinstance(found, str) and fold(found) == text(wanted))
        return found == text(wanted) if isinstance(found, str) else not isinstance(found, bool) and found == wanted
    return string(modifiers, wanted if isinstance(wanted, str) else text(wanted) or "", text(found))


def string(modifiers: list[str], wanted: str, found: str | None) -> bool:
    if found is None:
        return False
    tokens = tokens_of(wanted)
    if "contains" in modifiers or "endswith" in modifiers:
        tokens = ["<any>", *tokens]
    if "contains" in modifiers or "startswith" in modifiers:
        tokens = [*tokens, "<any>"]
    if "cased" not in modifiers:
        tokens, found = [t if t.startswith("<") and len(t) > 1 else fold(t) for t in tokens], fold(found)
    return letters(tokens, found)


def tokens_of(wanted: str) -> list[str]:
    """Letters, `<any>` for a star, `<one>` for a question mark."""
    tokens, at = [], 0
    while at < len(wanted):
        char, after = wanted[at], wanted[at + 1:at + 2]
        if char == "\\" and after in ("*", "?", "\\"):
            tokens.append(after)
            at += 1
        else:
            tokens.append({"*": "<any>", "?": "<one>"}.get(char, char))
        at += 1
    return tokens


def letters(tokens: list[str], found: str) -> bool:
    """Whether the tokens cover `found`: all positions that can be reached, token by token."""
    reached = {0}
    for token in tokens:
        if token == "<any>":
            reached = set(range(min(reached), len(found) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(found) and token in ("<one>", found[at])}
    return len(found) in reached
