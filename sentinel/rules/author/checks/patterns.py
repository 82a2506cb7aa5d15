"""Patterns that cost more, or find less, than they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.records.event import CATEGORIES
from sentinel.rules.author.checks.remark import Around, Check, Said, Subject
from sentinel.rules.glob import Text, fold, glob
from sentinel.rules.tree import Item, Regex, Want, items

# What the converters of these types let through; see `formats/_mapping/values.py`.
_HEX = re.compile(r"[0-9a-f]*")
_ADDRESS = re.compile(r"[0-9a-f.:]*")
_SHAPES = {"key": ("64 hex digits in lower case", _HEX, 64), "ip": ("an address in its shortest form, in lower case", _ADDRESS, 45)}
# Fields of a closed set of words, all in lower case.
_WORDS = {"event.outcome": ("success", "failure"), "event.category": CATEGORIES}
_PLAIN = re.compile(r"(?P<start>\^|\\A)?(?:\.\*\??)?(?P<text>(?:[A-Za-z0-9 _/:=@,;<>\"'%&!#~`-]|\\[^A-Za-z0-9])+)(?:\.\*\??)?(?P<end>\$|\\z)?")


def plain_regex(subject: Subject, around: Around) -> Iterator[Said]:
    for leaf in _leaves(subject):
        for want in leaf.wants:
            found = _PLAIN.fullmatch(want.pattern) if isinstance(want, Regex) else None
            if found and isinstance(want, Regex):
                name = leaf.field or ""
                how = _how(found, bool(set(want.flags) & {"m", "s"}))
                if how is None:
                    continue
                cased = "" if "i" in want.flags else "|cased"
                text = re.sub(r"\\(.)", r"\1", found["text"])
                yield Said(_path(leaf), "a regular expression that only looks for a fixed text",
                           f"write `{name}{how}{cased}: '{text}'`, which is faster and easier to read")


def whole_base64(subject: Subject, around: Around) -> Iterator[Said]:
    for leaf in _leaves(subject):
        names = _modifiers(leaf)
        coded = next((name for name in ("base64offset", "base64") if name in names), None)
        if coded and not {"contains", "startswith", "endswith"}.intersection(names):
            yield Said(_path(leaf), f"`{coded}` without `contains` must equal the whole value, so it hardly ever matches",
                       f"write `{coded}|contains`")


def wrong_shape(subject: Subject, around: Around) -> Iterator[Said]:
    for leaf in _leaves(subject):
        shape, words = _SHAPES.get(around.fields.get(leaf.field or "", "")), _WORDS.get(leaf.field or "")
        if shape and leaf.wants and all(_misshapen(want, shape[1], shape[2]) for want in leaf.wants):
            yield Said(_path(leaf), f"this field holds {shape[0]}, so this never matches", "write the value as it is logged")
        if words and leaf.wants and not any(_among(want, words) for want in leaf.wants):
            yield Said(_path(leaf), "this field never holds such a value, so this never matches", f"its values are {', '.join(words)}")


def _among(want: Want, words: tuple[str, ...]) -> bool:
    """Whether it may match one of the words; what is no text may."""
    if not isinstance(want, Text):
        return True
    parts = want.parts if want.cased else tuple(fold(part) if isinstance(part, str) else part for part in want.parts)
    return any(map(glob(parts), words))


def _misshapen(want: Want, letters: re.Pattern[str], most: int) -> bool:
    if not isinstance(want, Text):
        return False
    texts = [part for part in want.parts if isinstance(part, str)]
    length = sum(map(len, texts))
    whole = want.shape()[0] == "equals"
    written = texts if want.cased else [text.lower() for text in texts]
    return length > most or (whole and most == 64 and length != most) or not all(map(letters.fullmatch, written))


def _how(found: re.Match[str], across: bool) -> str | None:
    """The modifier that says the same; None where `m` or `s` make it another thing, or dots bind an end."""
    start, end = found["start"], found["end"]
    if across and (start or end):
        return None
    dots = ".*" in found.group(0).replace(found["text"], "")
    if dots and (start or end):
        return None
    return {(True, True): "", (True, False): "|startswith", (False, True): "|endswith"}.get((bool(start), bool(end)), "|contains")


def _leaves(subject: Subject) -> list[Item]:
    return [leaf for leaf in items(subject.detection.tree) if leaf.field is not None] if subject.detection else []


def _modifiers(leaf: Item) -> list[str]:
    """As the line's key has them."""
    key = next((part for part in reversed(leaf.path) if isinstance(part, str)), "")
    return key.split("|")[1:]


def _path(leaf: Item) -> tuple[str | int, ...]:
    return ("detection", *leaf.path)


CHECKS = (
    Check("plain-regex", "a regular expression that only looks for a fixed text", plain_regex),
    Check("whole-base64", "`base64` or `base64offset` without `contains`", whole_base64),
    Check("wrong-shape", "a value that its field never has: capitals, cased, in an address or a key's hash; a hash that is too short; no word of a closed set",
          wrong_shape),
)
