"""Whether one value can meet two demands of a rule, and whether meeting the one means meeting the other.

In: two things that values are compared with. Out: True only where it is certain; whoever asks warns an author, and a false
warning costs more than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import re2

from sentinel.rules.glob import Text, Wild, fold, glob
from sentinel.rules.tree import Bool, Cidr, Compare, Exists, Null, Number, Regex, TimePart, Want
from sentinel.rules.value import address_of, as_text, numeric

_RANGES = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "week": (1, 53), "month": (1, 12), "year": (1, 9999)}
_HEAD = re.compile(r"(?:\^|\\A)((?:[A-Za-z0-9 _/:=@,;-]|\\[^A-Za-z0-9])+)(?![*+?{|])")


def impossible(want: Want) -> bool:
    """No value at all meets it: the hour 24."""
    if not isinstance(want, TimePart):
        return False
    low, high = _RANGES[want.part]
    return _clash_ranges(_range(want.wanted), (low, True, high, True))


def clash(one: Want, other: Want) -> bool:
    """No single value meets both."""
    for a, b in ((one, other), (other, one)):
        if isinstance(a, Null) or (isinstance(a, Exists) and not a.wanted):
            return not (isinstance(b, Null) or (isinstance(b, Exists) and (isinstance(a, Null) or not b.wanted)))
        asked = _CLASHES.get((type(a), type(b)))
        if asked is not None:
            return asked(a, b)
    return False


def implies(one: Want, other: Want) -> bool:
    """Every value that meets `one` meets `other`."""
    if one == other:
        return True
    if isinstance(other, Text):
        return isinstance(one, Text) and _covers(other, one)
    if isinstance(one, Number) and isinstance(other, Compare):
        return not _clash_ranges(_range(one), _range(other))
    return isinstance(other, Exists) and other.wanted and not isinstance(one, (Null, Exists))


def whole(text: Text) -> str | None:
    """The one string (in any case) that it stands for; None when there are several."""
    return text.shape()[1] if text.shape()[0] == "equals" else None


def _covers(wide: Text, narrow: Text) -> bool:
    if wide.cased and not narrow.cased:
        return False
    same = (lambda text: text) if wide.cased else fold
    kind, literal = wide.shape()
    literal, parts = same(literal), [same(p) if isinstance(p, str) else p for p in narrow.parts]
    if kind == "any":
        return True
    if kind == "contains":
        return any(isinstance(p, str) and literal in p for p in parts)
    if not parts:
        return False
    if kind == "starts":
        return isinstance(parts[0], str) and parts[0].startswith(literal)
    if kind == "ends":
        return isinstance(parts[-1], str) and parts[-1].endswith(literal)
    return kind == "equals" and parts == [literal]


def _texts(one: Text, other: Text) -> bool:
    for a, b in ((one, other), (other, one)):
        word = whole(a)
        if word is not None:
            return not _matches(b, word)
    return not (_begin_alike(_head(one), _head(other)) and _begin_alike(_tail(one), _tail(other)))


def _matches(text: Text, word: str) -> bool:
    """Whatever the case: an uncased demand is met by any."""
    return glob([fold(p) if isinstance(p, str) else p for p in text.parts])(fold(word))


def _head(text: Text) -> str:
    return fold(text.parts[0]) if text.parts and isinstance(text.parts[0], str) else ""


def _tail(text: Text) -> str:
    """Backwards, so that it compares as a beginning."""
    return fold(text.parts[-1])[::-1] if text.parts and isinstance(text.parts[-1], str) else ""


def _begin_alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _text_number(text: Text, number: Number) -> bool:
    return not _matches(text, as_text(number.value) or "")


def _text_bool(text: Text, bool_: Bool) -> bool:
    return not _matches(text, str(bool_.value))


def _text_compare(text: Text, compare: Compare) -> bool:
    word = whole(text)
    if word is None:
        return False
    number = numeric(word)
    return number is None or _clash_ranges(_range(Number(number)), _range(compare))


def _text_regex(text: Text, regex: Regex) -> bool:
    word = whole(text)
    if word is not None:
        # In any case, because the text is compared in any.
        return re2.search(f"(?i{regex.flags.replace('i', '')}){regex.pattern}", word) is None
    return Wild.DASH not in text.parts and not _begin_alike(_head(text), _regex_head(regex))


def _text_cidr(text: Text, cidr: Cidr) -> bool:
    word = whole(text)
    if word is None:
        return False
    address = address_of(word)
    return address is None or address not in cidr.network


def _regex_head(regex: Regex) -> str:
    """What every matching text begins with, as far as that is plain to see."""
    found = None if "m" in regex.flags or "|" in regex.pattern else _HEAD.match(regex.pattern)
    return fold(re.sub(r"\\(.)", r"\1", found.group(1))) if found else ""


def _regexes(one: Regex, other: Regex) -> bool:
    return not _begin_alike(_regex_head(one), _regex_head(other))


def _number_regex(number: Number, regex: Regex) -> bool:
    return re2.search(regex.expression, as_text(number.value) or "") is None


def _cidrs(one: Cidr, other: Cidr) -> bool:
    # An IPv4 address written as IPv6 is IPv4, so the versions never meet.
    return one.network.version != other.network.version or not ip_network(str(one.network)).overlaps(ip_network(str(other.network)))


def _time_parts(one: TimePart, other: TimePart) -> bool:
    return one.part == other.part and _clash_ranges(_range(one.wanted), _range(other.wanted))


_Range = tuple[float, bool, float, bool]  # from, included, to, included


def _range(want: Number | Compare) -> _Range:
    if isinstance(want, Number):
        return want.value, True, want.value, True
    endless, bound = float("inf"), want.bound
    return {"gt": (bound, False, endless, True), "gte": (bound, True, endless, True),
            "lt": (-endless, True, bound, False), "lte": (-endless, True, bound, True)}[want.op]


def _clash_ranges(one: _Range, other: _Range) -> bool:
    low, low_in = max((one[0], not one[1]), (other[0], not other[1]))
    high, high_out = min((one[2], one[3]), (other[2], other[3]))
    return low > high or (low == high and (low_in or not high_out))


_CLASHES: dict[tuple[type, type], Callable[[Any, Any], bool]] = {
    (Text, Text): _texts, (Text, Number): _text_number, (Text, Bool): _text_bool, (Text, Compare): _text_compare,
    (Text, Regex): _text_regex, (Text, Cidr): _text_cidr, (Regex, Regex): _regexes, (Number, Regex): _number_regex,
    (Number, Number): lambda a, b: a.value != b.value, (Bool, Bool): lambda a, b: a.value is not b.value,
    (Bool, Number): lambda a, b: True, (Bool, Compare): lambda a, b: True, (Cidr, Cidr): _cidrs,
    (Number, Compare): lambda a, b: _clash_ranges(_range(a), _range(b)),
    (Compare, Compare): lambda a, b: _clash_ranges(_range(a), _range(b)),
    (TimePart, TimePart): _time_parts,
}
