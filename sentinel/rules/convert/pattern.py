"""Sigma's patterns as Lucene's regular expressions.

Lucene knows no flags and no anchors, and its query strings compare keywords with case. So case is written out, letter by letter, by the very folding of the matcher, and a pattern always spans the whole value.

Syntax of Lucene's: https://www.elastic.co/docs/reference/query-languages/query-dsl/regexp-syntax
"""

from __future__ import annotations

import re
from functools import cache

from sentinel.rules.glob import DASHES, Text, Wild, fold
from sentinel.rules.tree import Regex


class Cannot(Exception):
    """No query says what the rule says. The message: why, and what to do."""


# All that Lucene's syntax gives a meaning to somewhere; a backslash before any other character is the character too.
_SPECIAL = frozenset('.?+*|{}[]()"\\#@&<>~^-$/')
_CLASSES = "dws"
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_NOT_NEWLINE = "[^\n]"
_HEX = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})", re.ASCII)
_COUNT = re.compile(r"\{(?:\d+,)?(\d+)?,?\}", re.ASCII)
# A count of what may also begin the match anew doubles the states with each step: 10,000 is the server's limit.
_MOST_TIMES, _NEARLY_ALL = 12, (".", r"\S", r"\W", r"\D")
_GROUP = re.compile(r"\((?:\?:|\?P?<\w+>)?")
_STARTS, _ENDS = re.compile(r"\^|\\A"), re.compile(r"(?<!\\)(?:\\\\)*(\$|\\z)\Z")
# `(^|x)` at the start and `(x|$)` at the end: the usual way to say "at the edge of a word".
_STARTS_OR, _ENDS_OR = re.compile(r"\((?:\?:)?(?:\^|\\A)\|"), re.compile(r"(?<!\\)(?:\\\\)*\|\$\)\Z")
_REPEATS = ("*", "+", "?", "{")
_FOLDED_UP_TO = 0x1_F000


def of_text(text: Text) -> str:
    """A string with its wildcards."""
    return "".join(_part(part, text.cased) for part in text.parts)


def _part(part: str | Wild, cased: bool) -> str:
    if part is Wild.ANY:
        return ".*"
    if part is Wild.ONE:
        return "."
    if part is Wild.DASH:
        return f"[{''.join(map(_literal, DASHES))}]"
    return "".join(_literal(char) if cased else _caseless(char) for char in part)


def _literal(char: str) -> str:
    # `/` ends a pattern in a query string; whoever puts it there escapes it.
    return f"\\{char}" if char in _SPECIAL and char != "/" else char


def _caseless(char: str) -> str:
    forms = _forms(char)
    return f"[{''.join(map(_literal, forms))}]" if len(forms) > 1 else _literal(char)


def caseless(text: str) -> bool:
    """No letter of it has another case."""
    return all(len(_forms(char)) == 1 for char in text)


def _forms(char: str) -> str:
    """All characters that the matcher takes for this one: "kK" and the Kelvin sign."""
    return _folding().get(fold(char), char)


@cache
def _folding() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in range(_FOLDED_UP_TO):
        folded = fold(chr(code))
        found[folded] = found.get(folded, "") + chr(code)
    return {folded: forms for folded, forms in found.items() if len(forms) > 1}


def of_regex(regex: Regex) -> str:
    """A pattern of RE2's, found anywhere in a value. Raises: Cannot."""
    return _Reader(regex.pattern, set(regex.flags)).whole()


class _Reader:
    """Goes through a pattern that RE2 has taken, so its brackets and counts are in order."""

    def __init__(self, pattern: str, flags: set[str]) -> None:
        leading = re.match(r"\(\?([ims]+)\)", pattern)
        self._flags = flags | set(leading[1] if leading else "")
        self._pattern, self._at, self._end = pattern, leading.end() if leading else 0, len(pattern)
        self._cut = False

    def whole(self) -> str:
        after, before = self._finish(), self._start()
        inner = self._pieces()
        if self._cut:
            after = ""
        if "m" in self._flags and (before, after) != (".*", ".*"):
            raise Cannot("Lucene knows no lines, so `^` and `$` cannot go with `m`; write the line breaks out")
        if (before, after) != (".*", ".*") and _alternatives(inner):
            raise Cannot("Lucene has no `^` and `$`, and here they are about one alternative; put brackets around all of them")
        return before + (f"({inner})" if _alternatives(inner) else inner) + after

    def _start(self) -> str:
        """What may stand before: nothing after `^`; after `(^|x)` nothing, or anything that ends in x."""
        if found := _STARTS.match(self._pattern, self._at):
            self._at = found.end()
            return ""
        if found := _STARTS_OR.match(self._pattern, self._at):
            self._at = found.end()
            inner = self._pieces()
            self._at += 1
            if self._pattern[self._at:self._at + 1] in _REPEATS:
                raise Cannot("Lucene has no `^` that is repeated; write it once")
            return f"(.*({inner}))?"
        return ".*"

    def _finish(self) -> str:
        if found := _ENDS.search(self._pattern, self._at):
            self._end = found.start(1)
            return ""
        if found := _ENDS_OR.search(self._pattern, self._at):
            # The group stays open, and so `_group` knows it.
            self._end, self._cut = found.start(), True
        return ".*"

    def _pieces(self) -> str:
        """Up to the end, or the bracket that closes the group."""
        pieces: list[str] = []
        while self._at < self._end and self._pattern[self._at] != ")":
            char = self._pattern[self._at]
            pieces.append(self._repeat(char, pieces[-1]) if char in _REPEATS and pieces else self._piece(char))
        return "".join(pieces)

    def _piece(self, char: str) -> str:
        if char == "\\":
            return self._escape()
        if char == "[":
            return self._set()
        if char == "(":
            return self._group()
        if char in "^$":
            raise Cannot("Lucene has no `^` and `$` inside a pattern; leave them at its ends")
        self._at += 1
        if char == ".":
            return "." if "s" in self._flags else _NOT_NEWLINE
        return char if char == "|" else self._char(char)

    def _char(self, char: str) -> str:
        return _caseless(char) if "i" in self._flags else _literal(char)

    def _escape(self) -> str:
        name = self._pattern[self._at + 1]
        if name.lower() in _CLASSES:
            self._at += 2
            return f"\\{name}"
        return self._char(self._escaped())

    def _escaped(self) -> str:
        """The one character that an escape stands for."""
        name = self._pattern[self._at + 1]
        if found := _HEX.match(self._pattern, self._at + 1):
            self._at = found.end()
            return chr(int(found[1] or found[2], 16))
        if name.isalnum() and name not in _CONTROLS:
            raise Cannot(f"Lucene has nothing like `\\{name}`; write it without")
        self._at += 2
        return _CONTROLS.get(name, name)

    def _group(self) -> str:
        found = _GROUP.match(self._pattern, self._at)
        assert found is not None
        if self._pattern.startswith("?", found.end()):
            raise Cannot("Lucene has no flags inside a pattern; write `|re|i` and one rule for each")
        self._at = found.end()
        inner = self._pieces()
        if self._at == self._end and self._cut:
            return f"(({inner}).*)?"
        self._at += 1
        return f"({inner})"

    def _repeat(self, char: str, repeated: str) -> str:
        counted = _COUNT.match(self._pattern, self._at) if char == "{" else None
        if char == "{" and counted is None:
            self._at += 1
            return _literal(char)
        times = counted[0] if counted else char
        if counted and int(counted[1] or 0) > _MOST_TIMES and _broad(repeated):
            raise Cannot(f"`{times}` of nearly any character takes more states than Elasticsearch allows, which then finds nothing "
                         "and says nothing; write `*`")
        self._at += len(times)
        # Greedy or not finds the same values.
        self._at += self._pattern.startswith("?", self._at)
        return times

    def _set(self) -> str:
        self._at += 1
        negated = self._pattern.startswith("^", self._at)
        self._at += negated
        members = [self._member()]  # a bracket that comes first is a member
        while not self._pattern.startswith("]", self._at):
            members.append(self._member())
        self._at += 1
        return f"[{'^' * negated}{''.join(members)}]"

    def _member(self) -> str:
        if self._pattern.startswith("[:", self._at):
            raise Cannot("Lucene has no named classes such as `[:alpha:]`; write the letters out")
        if self._pattern[self._at] == "\\" and (name := self._pattern[self._at + 1]).lower() in _CLASSES:
            self._at += 2
            return f"\\{name}"
        first = self._single()
        if self._pattern[self._at] == "-" and self._pattern[self._at + 1] != "]":
            self._at += 1
            return self._range(first, self._single())
        return "".join(map(_literal, _forms(first) if "i" in self._flags else first))

    def _single(self) -> str:
        if self._pattern[self._at] == "\\":
            return self._escaped()
        self._at += 1
        return self._pattern[self._at - 1]

    def _range(self, first: str, last: str) -> str:
        made = f"{_literal(first)}-{_literal(last)}"
        if "i" not in self._flags:
            return made
        if ord(last) - ord(first) > 0x100:
            raise Cannot("so long a range of letters cannot be written out in both cases; write it for `re` without `i`")
        others = {form for code in range(ord(first), ord(last) + 1) for form in _forms(chr(code)) if not first <= form <= last}
        return made + "".join(map(_literal, sorted(others)))


def _broad(piece: str) -> bool:
    """It matches nearly any character, or a group of any length."""
    return piece in _NEARLY_ALL or piece.startswith("[^") or (piece.startswith("(") and any(sign in piece for sign in ("*", "+", "[^")))


def _alternatives(pattern: str) -> bool:
    """Whether there is a `|` outside of all brackets."""
    depth, escaped, inside = 0, False, False
    for char in pattern:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "[]":
            inside = char == "["
        elif not inside:
            depth += (char == "(") - (char == ")")
            if char == "|" and depth == 0:
                return True
    return False
