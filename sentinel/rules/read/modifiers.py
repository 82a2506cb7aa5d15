"""What follows a field's name: `field|modifier|modifier: value`.

In: the names and one value of the YAML, untouched. Out: what to compare with (`tree.Want`).
pySigma is not asked here: its numbers pass through float, its `utf16` loses the byte order mark, its `windash` multiplies
values until it refuses them, and its `base64offset` counts characters where bytes are meant.
"""

from __future__ import annotations

import ipaddress
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sentinel.config.mistakes import nearest
from sentinel.config.written import Word, plain, text_of
from sentinel.rules.glob import Text, Wild, join, parse
from sentinel.rules.read.encode import String, base64, base64offset, marked, utf16, windash
from sentinel.rules.read.linear import checked
from sentinel.rules.tree import Bool, Cidr, Compare, Exists, Null, Number, Regex, Same, TimePart, Want, Wrong
from sentinel.rules.value import as_text

Placeholders = Mapping[str, Sequence[str]]
# Published values have eleven at most, and every one costs memory and time.
_MOST_PARTS = 2_000
# All that the placeholders of one value may stand for together.
_MOST_EXPANDED = 10_000


class _Part(Struct, frozen=True):
    part: str
    value: Any


_Value = Any  # String, _Part, a Want, or a plain YAML value


def wants(names: Sequence[str], value: Any, placeholders: Placeholders | None = None) -> list[Want]:
    """What `value` means after the modifiers `names`; several when one value stands for several.

    Raises: Wrong.
    """
    if "fieldref" in names:
        # Whatever stands before it speaks of the other field's value too.
        names = ["fieldref", *(name for name in names if name != "fieldref")]
    _refuse(names)
    expanded = _expand(value, placeholders or {}) if "expand" in names else [value]
    values: list[_Value] = [start for one in expanded for start in _starts(one, names)]
    before = ""
    for name in names:
        if name not in _ASIDE:
            values = [v for one in values for v in _applied(name, one, before)]
            before = name
    return [_finish(one) for one in values]


def _refuse(names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if name not in _MODIFIERS and name not in _ASIDE:
            raise Wrong(f"unknown modifier {name!r}", nearest(name, [*_MODIFIERS, *_ASIDE]))
        before = [one for one in names[:index] if one not in _ASIDE]
        if name in ("re", "cidr", "exists") and before:
            raise Wrong(f"`{name}` takes an unmodified value", "put `re` first" if name == "re" else f"write `|{name}` without `{before[0]}`")
        stars = next((one for one in before if one in _STARS), "")
        if name in ("base64", "base64offset") and stars:
            raise Wrong(f"`{name}` would encode the star that `{stars}` adds", f"write `|{name}|{stars}`")


def _applied(name: str, value: _Value, before: str) -> list[_Value]:
    modifier = _MODIFIERS[name]
    if isinstance(value, modifier.takes):
        return modifier.apply(value)
    if before:
        raise Wrong(f"`{name}` cannot follow `{before}`", f"`{name}` takes {modifier.what}; leave one of them out")
    raise Wrong(f"`{name}` takes {modifier.what}", modifier.do)


def _starts(value: Any, names: Sequence[str]) -> list[_Value]:
    """What one value of the YAML may stand for: a number also for how it is written, a word such as `yes` for true as well."""
    if isinstance(value, Word) and "exists" in names:
        return [value.true]
    first = _start(value, "re" in names)
    if set(names) <= _ASIDE:
        if isinstance(value, Word):
            return [first, value.true]
        if (text := text_of(value)) is not None:
            return [first, String((text,))]
    return [first]


def _start(value: Any, regex: bool) -> _Value:
    if isinstance(value, (date, datetime)):
        value = value.isoformat()
    if not isinstance(value, (str, bool, int, float, NoneType)):
        raise Wrong("a value is text, a number, true, false or null, or a list of them",
                    "put further fields into a selection of their own" if isinstance(value, dict) else "")
    # A regular expression has escapes of its own.
    return str(value) if isinstance(value, str) and regex else value if regex or not isinstance(value, str) else String(parse(value))


def _finish(value: _Value) -> Want:
    if isinstance(value, String):
        if len(value.parts) > _MOST_PARTS:
            raise Wrong(f"a value with more than {_MOST_PARTS} wildcards", "split the value, or write it as a pattern with `|re`")
        return Text(marked(value.parts) if value.binary else value.parts, value.cased)
    if isinstance(value, Regex):
        return checked(value)
    if isinstance(value, _Part):
        return TimePart(value.part, Number(_number(value.value)))
    if value is None:
        return Null()
    if isinstance(value, bool):
        return Bool(value)
    return Number(plain(value)) if isinstance(value, (int, float)) else value


def _string(value: String | float) -> String:
    return value if isinstance(value, String) else String((text_of(value) or as_text(value) or "",))


def _number(value: Any) -> int | float:
    if isinstance(value, String) and len(value.parts) == 1 and isinstance(value.parts[0], str):
        value = _as_number(value.parts[0])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Wrong("a number is wanted here", "write it without quotes")
    number: int | float = plain(value)
    return number


def _as_number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def _wildcards(before: bool, after: bool, name: str) -> Callable[[_Value], list[_Value]]:
    how = {"contains": "contains", "startswith": "starts", "endswith": "ends"}[name]
    star_before, star_after = (Wild.ANY,) if before else (), (Wild.ANY,) if after else ()

    def apply(value: _Value) -> list[_Value]:
        if isinstance(value, Same):
            return [replace(value, how=how)]
        if isinstance(value, Regex):
            # Found anywhere already; only the bound ends need saying.
            start, end = ("" if before else r"\A"), ("" if after else r"\z")
            return [replace(value, pattern=f"{start}(?:{value.pattern}){end}" if start or end else value.pattern)]
        string = _string(value)
        return [replace(string, parts=join((*star_before, *string.parts, *star_after)))]

    return apply


def _cased(value: _Value) -> list[_Value]:
    if isinstance(value, Regex):
        # Patterns mind case already.
        return [value]
    return [replace(value if isinstance(value, Same) else _string(value), cased=True)]


def _re(value: _Value) -> list[_Value]:
    return [Regex(value)]


def _flag(letter: str) -> Callable[[_Value], list[_Value]]:
    def apply(value: _Value) -> list[_Value]:
        return [replace(value, flags=value.flags + letter)]

    return apply


def _cidr(value: _Value) -> list[_Value]:
    string = _string(value)
    text = str(string.parts[0]) if len(string.parts) == 1 else ""
    try:
        return [Cidr(ipaddress.ip_network(text))]
    except ValueError as error:
        try:
            do = f"did you mean {ipaddress.ip_network(text, strict=False)}?"
        except ValueError:
            do = "write it as 10.0.0.0/8 or 2001:db8::/32"
        raise Wrong(f"not a network: {error}", do) from error


def _exists(value: _Value) -> list[_Value]:
    return [Exists(value)]


def _fieldref(value: _Value) -> list[_Value]:
    string = _string(value)
    if len(string.parts) != 1 or not isinstance(string.parts[0], str):
        raise Wrong("`fieldref` takes the name of a field", "write it without wildcards")
    return [Same(string.parts[0].rstrip())]


def _compare(op: str) -> Callable[[_Value], list[_Value]]:
    def apply(value: _Value) -> list[_Value]:
        if isinstance(value, Same):
            return [replace(value, how=op)]
        if isinstance(value, _Part):
            return [TimePart(value.part, Compare(op, _number(value.value)))]
        return [Compare(op, _number(value))]

    return apply


def _time(part: str) -> Callable[[_Value], list[_Value]]:
    def apply(value: _Value) -> list[_Value]:
        # `gte|hour` is as good as `hour|gte`.
        return [TimePart(part, value) if isinstance(value, Compare) else _Part(part, value)]

    return apply


# `\\%` is a plain percent sign.
_PLACEHOLDER = re.compile(r"\\%|%([A-Za-z0-9_.-]+)%")


def _expand(value: Any, placeholders: Placeholders) -> list[Any]:
    if not isinstance(value, str):
        raise Wrong("`expand` takes a string", "write it as '%name%'")
    names = list(dict.fromkeys(name for name in _PLACEHOLDER.findall(value) if name))
    for name in names:
        if not placeholders.get(name):
            raise Wrong(f"placeholder %{name}% has no value", f"give `{name}` a list of values under `placeholders:` of the config, or name --placeholders FILE")
    if math.prod(len(placeholders[name]) for name in names) > _MOST_EXPANDED:
        raise Wrong(f"its placeholders stand for more than {_MOST_EXPANDED} values together", "write them into lines of their own")
    chosen = (dict(zip(names, some, strict=True)) for some in itertools.product(*(placeholders[name] for name in names)))
    return [_PLACEHOLDER.sub(lambda found, given=given: str(given[found[1]]) if found[1] else "%", value)  # type: ignore[misc]
            for given in chosen]


class _Modifier(Struct, frozen=True):
    """Attributes: takes: what it can be applied to. what, do: the same in words, and what to write instead."""

    apply: Callable[[Any], list[_Value]]
    takes: tuple[type, ...]
    what: str
    do: str = "write it in quotes"


# `all` and `neq` are about a line's whole list of values, so the planner reads them; `expand` comes before all others.
LIST_MODIFIERS = frozenset({"all", "neq"})
_ASIDE = LIST_MODIFIERS | {"expand"}
_STARS = ("contains", "startswith", "endswith")
_STRING = (String, int, float)


def _of_strings(apply: Callable[[String], list[String]]) -> _Modifier:
    return _Modifier(lambda value: apply(_string(value)), _STRING, "a string")


def _of_regex(letter: str) -> _Modifier:
    return _Modifier(_flag(letter), (Regex,), "a pattern, being a flag of `re`", f"write `|re|{letter}`")


_MODIFIERS: dict[str, _Modifier] = {
    **{name: _Modifier(_wildcards(name != "startswith", name != "endswith", name), (*_STRING, Regex, Same), "a string") for name in _STARS},
    "cased": _Modifier(_cased, (*_STRING, Regex, Same), "a string"),
    "base64": _of_strings(base64),
    "base64offset": _of_strings(base64offset),
    "wide": _of_strings(utf16("utf-16-le")),
    "utf16le": _of_strings(utf16("utf-16-le")),
    "utf16be": _of_strings(utf16("utf-16-be")),
    "utf16": _of_strings(utf16("utf-16-le", b"\xff\xfe")),
    "windash": _of_strings(windash),
    "re": _Modifier(_re, (str,), "a string", "write the pattern in quotes"),
    "i": _of_regex("i"), "ignorecase": _of_regex("i"),
    "m": _of_regex("m"), "multiline": _of_regex("m"),
    "s": _of_regex("s"), "dotall": _of_regex("s"),
    "cidr": _Modifier(_cidr, (String,), "a network", "write it as 10.0.0.0/8 or 2001:db8::/32"),
    "exists": _Modifier(_exists, (bool,), "true or false", "write `true` without quotes"),
    "fieldref": _Modifier(_fieldref, (String,), "the name of a field", "write it as text"),
    **{op: _Modifier(_compare(op), (*_STRING, Same, _Part), "a number", "write it without quotes") for op in ("gt", "gte", "lt", "lte")},
    **{part: _Modifier(_time(part), (*_STRING, Compare), "a number", "write it without quotes")
       for part in ("minute", "hour", "day", "week", "month", "year")},
}

# Every modifier that a field name may carry.
NAMES = frozenset({*_MODIFIERS, *_ASIDE})
