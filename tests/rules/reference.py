"""A slow, obvious evaluator of Sigma detections, written from the specification and sharing nothing with the engine.

It walks the raw YAML for each event anew: strings token by token, modifiers one after another as they are written, conditions
by Python's own `and`, `or`, `not`.
"""

from __future__ import annotations

import base64
import fnmatch
import ipaddress
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

ANY, ONE, DASH = object(), object(), object()
DASHES = "-/–—―"
Tokens = list[Any]  # single characters, ANY, ONE, DASH
Placeholders = Mapping[str, Sequence[str]]


def matches(detection: dict[str, Any], event: dict[str, Any], placeholders: Placeholders | None = None) -> bool:
    names = [name for name in detection if name not in ("condition", "timeframe")]
    truth = {str(name): selection(detection[name], event, placeholders or {}) for name in names}
    conditions = detection["condition"]
    return any(evaluate(one, truth) for one in (conditions if isinstance(conditions, list) else [conditions]))


# Conditions

def evaluate(condition: str, truth: dict[str, bool]) -> bool:
    words = condition.replace("(", " ( ").replace(")", " ) ").split()
    python: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in truth:
            python.append(str(truth[word]))
        elif at + 1 < len(words) and words[at + 1].lower() == "of":
            python.append(str(several(word.lower(), words[at + 2], truth)))
            at += 2
        else:
            python.append(word.lower())
        at += 1
    return bool(eval(" ".join(python), {"__builtins__": {}}))


def several(count: str, pattern: str, truth: dict[str, bool]) -> bool:
    names = [name for name in truth if pattern.lower() == "them" or fnmatch.fnmatchcase(name, pattern)]
    chosen = [truth[name] for name in names if pattern.startswith("_") or not name.startswith("_")]
    return all(chosen) if count == "all" else sum(chosen) >= (1 if count == "any" else int(count))


# Selections

def selection(value: Any, event: dict[str, Any], placeholders: Placeholders) -> bool:
    if isinstance(value, dict):
        return all(line(str(key), one, event, placeholders) for key, one in value.items())
    if isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
        return any(selection(one, event, placeholders) for one in value)
    return line("", value, event, placeholders)


def line(key: str, value: Any, event: dict[str, Any], placeholders: Placeholders) -> bool:
    field, *modifiers = key.split("|")
    values = value if isinstance(value, list) else [value]
    results = [any(one_value(field.rstrip(), modifiers, one, event) for one in expanded(wanted, modifiers, placeholders))
               for wanted in values or [None]]
    result = all(results) if "all" in modifiers else any(results)
    return not result if "neq" in modifiers else result


def expanded(value: Any, modifiers: list[str], placeholders: Placeholders) -> list[Any]:
    """All that a value with placeholders may stand for."""
    if "expand" not in modifiers:
        return [value]
    texts = [value.replace("\\%", "\ue000")]
    for name in re.findall("%([A-Za-z0-9_.-]+)%", texts[0]):
        texts = [text.replace(f"%{name}%", given) for text in texts for given in placeholders[name]]
    return [text.replace("\ue000", "%") for text in texts]


def one_value(field: str, modifiers: list[str], wanted: Any, event: dict[str, Any]) -> bool:
    if "exists" in modifiers:
        return (field in event) == wanted
    if field == "":
        return any(scalar(modifiers, wanted, member, keyword=True) for name, found in event.items()
                   if not name.startswith("sentinel.") and found is not None for member in members(found))
    if "fieldref" in modifiers:
        return any(related(modifiers, ours, theirs) for ours in members(event.get(field)) for theirs in members(event.get(wanted.rstrip())))
    return any(scalar(modifiers, wanted, member) for member in members(event.get(field)))


def members(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def number(value: Any) -> float | int | None:
    if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", value):
        value = float(value) if set(value) & set(".eE") else int(value)
    return None if isinstance(value, bool) or not isinstance(value, (int, float)) else value


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def fold(value: str) -> str:
    """Case away, one character for one."""
    out = ""
    for char in value:
        out += next(one for one in (char.casefold(), char.lower(), char) if len(one) == 1)
    return out


# One value of a rule against one value of an event

def scalar(modifiers: list[str], wanted: Any, found: Any, keyword: bool = False) -> bool:
    orders = [name for name in modifiers if name in ORDERS]
    parts = [name for name in modifiers if name in PARTS]
    if wanted is None:
        return found is None
    if "re" in modifiers:
        return pattern(modifiers, wanted, text(found))
    if "cidr" in modifiers:
        return inside(wanted, found)
    if parts:
        moment = time(found)
        found = None if moment is None else PARTS[parts[0]](moment)
        wanted = number_of_rule(wanted)
    if orders:
        value, bound = number(found), number_of_rule(wanted)
        return value is not None and ORDERS[orders[0]](value, bound)
    if isinstance(wanted, date):
        wanted = wanted.isoformat()
    if not isinstance(wanted, str) and not keyword and not set(modifiers) - {"all", "neq", "expand", *PARTS}:
        if isinstance(wanted, bool):
            return found is wanted or (isinstance(found, str) and fold(found) == text(wanted))
        return found == text(wanted) if isinstance(found, str) else is_number(found) and found == wanted
    return string(modifiers, wanted, text(found), keyword)


ORDERS: dict[str, Any] = {"gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b}
PARTS: dict[str, Any] = {
    "minute": lambda t: t.minute, "hour": lambda t: t.hour, "day": lambda t: t.day, "month": lambda t: t.month, "year": lambda t: t.year,
    "week": lambda t: int(t.strftime("%V")),
}


def number_of_rule(wanted: Any) -> Any:
    return wanted if not isinstance(wanted, str) else float(wanted) if "." in wanted else int(wanted)


def pattern(modifiers: list[str], wanted: str, found: str | None) -> bool:
    if found is None:
        return False
    # Python's `$` allows a newline after it, and Python knows no scripts.
    wanted = re.sub(r"(?<!\\)\$", r"\\Z", wanted) if not {"m", "multiline"} & set(modifiers) else wanted
    wanted = wanted.replace(r"\p{Cyrillic}", "[\u0400-\u04ff]")
    wanted = rf"\A(?:{wanted})" if "startswith" in modifiers else rf"(?:{wanted})\Z" if "endswith" in modifiers else wanted
    flags = {"i": re.IGNORECASE, "ignorecase": re.IGNORECASE, "m": re.MULTILINE, "multiline": re.MULTILINE, "s": re.DOTALL, "dotall": re.DOTALL}
    return re.search(wanted, found, sum({flags[name] for name in modifiers if name in flags})) is not None


def inside(network: str, found: Any) -> bool:
    try:
        address = ipaddress.ip_address(found.split("%")[0])
    except (ValueError, AttributeError):
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address) in ipaddress.ip_network(network)


def time(found: Any) -> datetime | None:
    """Seconds, milliseconds and so on since 1970, by their size, or ISO 8601 in the few forms that the tests use."""
    value = number(found)
    if value is not None and math.isfinite(value):
        unit = next((unit for least, unit in ((1e17, 10**9), (1e14, 10**6), (1e11, 10**3)) if abs(value) >= least), 1)
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value // unit)
        except OverflowError:
            return None
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", found))
    except (ValueError, TypeError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def related(modifiers: list[str], ours: Any, theirs: Any) -> bool:
    """`fieldref`: two values of an event."""
    for name in modifiers:
        if name in ORDERS:
            a, b = number(ours), number(theirs)
            return a is not None and b is not None and bool(ORDERS[name](a, b))
    how = [name for name in modifiers if name in ("contains", "startswith", "endswith")]
    if is_number(ours) and is_number(theirs) and not how:
        return bool(ours == theirs)
    one, two = text(ours), text(theirs)
    if one is None or two is None:
        return False
    if "cased" not in modifiers:
        one, two = fold(one), fold(two)
    return {"contains": two in one, "startswith": one.startswith(two), "endswith": one.endswith(two)}.get(how[-1] if how else "", one == two)


# Strings

def string(modifiers: list[str], wanted: Any, found: str | None, keyword: bool) -> bool:
    if found is None:
        return False
    forms = [tokens_of(wanted) if isinstance(wanted, str) else list(text(wanted) or "")]
    for name in modifiers:
        forms = [form for tokens in forms for form in modified(name, tokens)]
    if keyword:
        forms = [[ANY, *tokens, ANY] for tokens in forms]
    if "cased" not in modifiers:
        forms = [[fold(token) if isinstance(token, str) else token for token in tokens] for tokens in forms]
        found = fold(found)
    return any(covers(tokens, found) for tokens in forms)


def tokens_of(wanted: str) -> Tokens:
    """Letters, ANY for a star, ONE for a question mark."""
    tokens: Tokens = []
    at = 0
    while at < len(wanted):
        char, after = wanted[at], wanted[at + 1:at + 2]
        if char == "\\" and after and after in "*?\\":
            tokens.append(after)
            at += 1
        else:
            tokens.append({"*": ANY, "?": ONE}.get(char, char))
        at += 1
    return tokens


def modified(name: str, tokens: Tokens) -> list[Tokens]:
    """What one modifier makes of a string; characters stand for bytes from an encoding on."""
    if name in ("contains", "startswith", "endswith"):
        return [[*([ANY] if name != "startswith" else []), *tokens, *([ANY] if name != "endswith" else [])]]
    if name in ("wide", "utf16le", "utf16be", "utf16"):
        codec = "utf-16-be" if name == "utf16be" else "utf-16-le"
        mark = [UTF16_MARK] if name == "utf16" else []
        return [[*mark, *(unit for token in form for unit in Wide.of(token, codec))] for form in itertools.product(
            *(DASHES if token is DASH else [token] for token in tokens))]
    if name == "windash":
        return [[DASH if dash(tokens, at) else token for at, token in enumerate(tokens)]]
    if name == "base64":
        return [list(base64.b64encode(data).decode()) for data in written_out(tokens)]
    if name == "base64offset":
        return [list(middle(data, shift)) for data in written_out(tokens) for shift in range(3)]
    return [tokens]


class Wide(str):
    """A byte as a character."""

    @staticmethod
    def of(token: Any, codec: str) -> Tokens:
        if not isinstance(token, str):
            return [ONE, ONE] if token is ONE else [token]
        return [Wide(chr(byte)) for byte in token.encode(codec)]


# As bytes it is FF FE; in text it is one character.
UTF16_MARK = Wide("\ufeff")


def dash(tokens: Tokens, at: int) -> bool:
    """A dash with a word's character after it and none before it, within the same stretch between wildcards."""
    word = [isinstance(token, str) and (token.isalnum() or token == "_") for token in tokens]
    return (isinstance(tokens[at], str) and tokens[at] in DASHES and at + 1 < len(tokens) and word[at + 1] and (at == 0 or not word[at - 1]))


def written_out(tokens: Tokens) -> list[bytes]:
    """The bytes of a string without wildcards, for every choice of dashes."""
    choices = [DASHES if token is DASH else [token] for token in tokens]
    return [b"".join(as_bytes(token) for token in choice) for choice in itertools.product(*choices)]


def as_bytes(token: str) -> bytes:
    if isinstance(token, Wide):
        return b"\xff\xfe" if token == UTF16_MARK else token.encode("latin-1")
    return token.encode()


def middle(data: bytes, shift: int) -> str:
    """The characters of the encoding that no byte around can change: those that hold bits of `data` alone."""
    encoded = base64.b64encode(bytes(shift) + data).decode()
    first, last = shift * 8, (shift + len(data)) * 8
    return "".join(char for at, char in enumerate(encoded) if first <= at * 6 and at * 6 + 6 <= last)


def covers(tokens: Tokens, found: str) -> bool:
    """Whether the tokens cover `found`: all positions that can be reached, token by token."""
    reached = {0}
    for token in tokens:
        if token is ANY:
            reached = set(range(min(reached), len(found) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(found)
                       and (token is ONE or (found[at] in DASHES if token is DASH else token == found[at]))}
    return len(found) in reached
