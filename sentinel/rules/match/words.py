"""A line of a rule in the rule's own words, and where in a text its values stand.

In: leaves of a tree. Out: short texts for people; offsets in code points.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

from sentinel.rules.glob import DASHES, Part, Text, Wild, fold, join
from sentinel.rules.tree import Bool, Cidr, Compare, Exists, Item, Null, Number, Regex, Same, TimePart, Want

_IMPLIED = ("contains", "startswith", "endswith")


def key(item: Item) -> str:
    """`field|modifiers` as the rule writes it, under the name that is compared (a pipeline may have changed it)."""
    written = next((str(one) for one in reversed(item.path) if isinstance(one, str)), "")
    _, bar, modifiers = written.partition("|")
    return f"{item.field or 'any field'}{bar}{modifiers if bar else ''}"


def modifiers(item: Item) -> list[str]:
    return key(item).split("|")[1:]


def values(item: Item) -> tuple[str, ...]:
    """What the line compares with, a text per value; of `base64` and its like the encoded form, which is what is looked for."""
    implied = not set(_IMPLIED).isdisjoint(modifiers(item)) or item.field is None
    return tuple(value(want, implied=implied) for want in item.wants)


def value(want: Want, *, implied: bool = False) -> str:
    """One value. implied: a modifier says already that it stands at the beginning, the end or anywhere, so that no star must."""
    if isinstance(want, Text):
        return _pattern(want.parts, implied) or "''"
    say = _SAY.get(type(want))
    return say(want) if say else str(want)


_SAY: dict[type, Callable[[Any], str]] = {
    Regex: lambda want: want.pattern, Cidr: lambda want: str(want.network), Number: lambda want: str(want.value),
    Bool: lambda want: str(want.value).lower(), Null: lambda want: "null", Exists: lambda want: str(want.wanted).lower(),
    Compare: lambda want: str(want.bound), TimePart: lambda want: value(want.wanted), Same: lambda want: want.other,
}


def _pattern(parts: tuple[Part, ...], implied: bool) -> str:
    if implied:
        parts = parts[1:] if parts[:1] == (Wild.ANY,) else parts
        parts = parts[:-1] if parts[-1:] == (Wild.ANY,) else parts
    return "".join(_letters(part) if isinstance(part, str) else part.value for part in parts)


def _letters(text: str) -> str:
    return text.replace("*", "\\*").replace("?", "\\?")


def span(want: Want, text: str, *, anywhere: bool = False) -> tuple[int, int] | None:
    """Where in `text` a value that matches it stands; None when it is the text as a whole, or cannot be said.

    Args:
        anywhere: a keyword, of which only a part of the text need be.
    """
    if anywhere and isinstance(want, (Text, Number, Bool)):
        parts = want.parts if isinstance(want, Text) else (value(want),)
        want = Text(join((Wild.ANY, *parts, Wild.ANY)), isinstance(want, Text) and want.cased)
    if not isinstance(want, (Text, Regex)):
        return None
    search = _search(want)
    if search is None:
        return None
    # As bytes, because a lone surrogate has no UTF-8 form and RE2 would throw; each becomes one character.
    data = (text if isinstance(want, Regex) or want.cased else fold(text)).encode("utf-8", "replace")
    found = search(data)
    if found is None:
        return None
    start, end = found.span()
    return len(data[:start].decode("utf-8", "replace")), len(data[:end].decode("utf-8", "replace"))


@lru_cache(256)
def _search(want: Text | Regex) -> Callable[[bytes], Any] | None:
    try:
        return re2.compile(want.expression if isinstance(want, Regex) else _expression(want)).search  # type: ignore[no-any-return]
    except (re2.error, UnicodeEncodeError):
        return None


def _expression(want: Text) -> str:
    """The pattern's own characters, without what its outer stars stand for."""
    parts = list(want.parts)
    head = "" if parts[:1] == [Wild.ANY] else r"\A"
    tail = "" if parts[-1:] == [Wild.ANY] else r"\z"
    inner = [part for at, part in enumerate(parts) if part is not Wild.ANY or 0 < at < len(parts) - 1]
    made = (re2.escape(part if want.cased else fold(part)) if isinstance(part, str) else _WILD[part] for part in inner)
    return f"(?s){head}{''.join(made)}{tail}"


_WILD = {Wild.ANY: ".*?", Wild.ONE: ".", Wild.DASH: f"[{re2.escape(DASHES)}]"}
