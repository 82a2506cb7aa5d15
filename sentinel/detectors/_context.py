"""What the words around a candidate say it is: nine digits are a social security number next to "SSN", and none next to "order".

In: the words of every entry of a catalogue, texts, and places in them. Out: what is to be added to a candidate's score.
All words are found by one hyperscan pass over the texts, and only when there is a candidate that words have a say in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct

from sentinel.detectors._find import Finder
from sentinel.detectors._tables import Tables
from sentinel.scan import Pattern

FOR, AGAINST = 0.3, -0.35
# What a character between word and candidate takes off, so that of two labels in reach the nearer one wins.
_DISTANCE = 0.001
_BEHIND = 20
# Between a word and the candidate in front of it: then the word belongs to what comes next.
_ENDS_BEHIND = re.compile(r"[,;\n|{}\"<>\t]")
# Between two values of one list.
_LIST = re.compile(r"[^A-Za-z\u00c0-\U0010ffff]{1,12}")
_MOST_HEADINGS = 1_000


class ContextText(Struct, forbid_unknown_fields=True, rename={"for_": "for"}):
    """Words nearby. A table's heading decides, else the nearest word in front, else one behind: `for_` adds to the score, `against`
    takes from it. An `against` of `~word` takes nothing, but what stands behind it has no other label. A blank in a word may be a blank, `_`, `-` or nothing, or the next letter a capital: `taxId`.
    """

    for_: list[str] = []
    against: list[str] = []
    reach: int = 48


def gate(context: ContextText) -> Pattern:
    """What the shared scan looks for: one of the words that speak for an entry."""
    return Pattern("|".join(_written(word) for word in context.for_))


class Context:
    """The words of all entries. A word has an index; so has an entry."""

    def __init__(self, contexts: Sequence[ContextText]) -> None:
        says: dict[str, dict[int, float]] = {}
        for entry, context in enumerate(contexts):
            if not context.for_ and not context.against:
                continue
            for word in context.against:
                says.setdefault(word.removeprefix("~"), {}).setdefault(entry, 0.0 if word[0] == "~" else AGAINST)
            for word in context.for_:
                says.setdefault(word, {})[entry] = FOR
        self._says = list(says.values())
        self._short = [_short(word) for word in says]
        self._finder = Finder([Pattern(_written(word)) for word in says]) if says else None
        self._reach = [context.reach for context in contexts]
        # Tables have the same few headings.
        self.heading = lru_cache(_MOST_HEADINGS)(self._heading)

    def around(self, texts: Sequence[str], tables: Tables) -> Around:
        """The words of these texts; they are looked for when first asked about."""
        return Around(self, texts, tables)

    def words(self, texts: Sequence[str]) -> list[_Words]:
        """The words of each text."""
        found: list[list[tuple[int, int, int]]] = [[] for _ in texts]
        for place in self._finder.find(texts).found if self._finder else ():
            text, end = texts[place.text], place.ends[-1]
            if _ends(text, end) and (self._short[place.pattern] or _begins(text, place.start)):
                # Of words that end together the longest speaks: "tax id", not "id".
                found[place.text].append((end, -place.start, place.pattern))
        return [_Words(sorted(words), self._says) for words in found]

    def _heading(self, heading: str) -> _Words:
        return self.words([heading])[0]

    def reach(self, entry: int) -> int:
        """How many characters in front of a candidate are looked at."""
        return self._reach[entry]


class _Words:
    """The words of one text, in order of their ends."""

    def __init__(self, found: Sequence[tuple[int, int, int]], says: Sequence[Mapping[int, float]]) -> None:
        self._ends: list[int] = []
        self._starts: list[int] = []
        self._say: list[Mapping[int, float]] = []
        for end, start, word in found:
            if self._ends and self._ends[-1] == end:
                if -start >= self._starts[-1]:
                    continue
                self._starts[-1], self._say[-1] = -start, says[word]
            else:
                self._ends.append(end)
                self._starts.append(-start)
                self._say.append(says[word])

    def before(self, text: str, at: int, reach: int, entry: int) -> float | None:
        """What the nearest word in front of `at` says of `entry`."""
        index = bisect_right(self._ends, at)
        while index:
            index -= 1
            distance = at - self._ends[index]
            if distance > reach:
                return None
            said = self._say[index].get(entry)
            if said is not None:
                if said <= 0:
                    if said == 0 and index and self._starts[index] - self._ends[index - 1] <= 1 and text[self._ends[index] - 2:self._ends[index]].lower() == "id" \
                            and self._say[index - 1].get(entry, 0.0) > 0:
                        continue  # "aadhaar id", where "id" alone would be anybody's
                    return said
                between = text[self._ends[index]:at]
                return None if _named_otherwise(between) else said - _DISTANCE * distance
        return None

    def behind(self, text: str, at: int, entry: int) -> float | None:
        """What the first word behind `at` says, unless something else begins in between."""
        index = bisect_right(self._ends, at)
        while index < len(self._ends) and self._starts[index] - at <= _BEHIND:
            said = self._say[index].get(entry)
            if said is not None:
                between = text[at:self._starts[index] + 1]
                after = text[self._ends[index]:self._ends[index] + 2].lstrip("\"' ")
                if _ENDS_BEHIND.search(between) or after[:1] in (":", "="):
                    return None
                return said - _DISTANCE * (_BEHIND + len(between)) if said > 0 else said
            index += 1
        return None


class Around:
    """Weighs candidates of some texts."""

    def __init__(self, context: Context, texts: Sequence[str], tables: Tables) -> None:
        self._context, self._texts, self.tables = context, texts, tables
        # The last candidate of an entry in a text: where it ended, and what was said of it.
        self._last: dict[tuple[int, int], tuple[int, float]] = {}

    @cached_property
    def _words(self) -> list[_Words]:
        return self._context.words(self._texts)

    def weigh(self, index: int, start: int, end: int, entry: int) -> float:
        """What is added to the score of `texts[index][start:end]` as one of `entry`; 0.0: nothing is said."""
        text, words = self._texts[index], self._words[index]
        heading = self.tables.heading(text, start)
        said = self._heading(heading, entry) if heading else None
        if said is None:
            reach = self._context.reach(entry)
            if heading:
                # The headings above are other columns'; the cells in front may say "SSN", as in a table of fields and values.
                reach = min(reach, start - 1 - text.rfind("\n", max(0, start - reach - 1), start))
            said = words.before(text, start, reach, entry)
        if said is None:
            said = words.behind(text, end, entry)
        if said is None:
            # What follows a value with nothing but signs in between is of the same list.
            ended, before = self._last.get((index, entry), (-1, 0.0))
            said = before if ended >= 0 and _LIST.fullmatch(text, ended, start) else 0.0
        if said > 0:
            self._last[index, entry] = end, said
        return said

    def _heading(self, heading: str, entry: int) -> float | None:
        return self._context.heading(heading).before(heading, len(heading), len(heading), entry)


# A key of its own right in front of a value: `, total: 17`, `&n=17`, `\nBox 12: 17`.
_KEY = re.compile(r"""(?:(?:\n|[.)]\s)\s*+["'*`]*+([^\W\d][^:=\n,;]{0,32}?)|[,;{}&|]\s*+["']?+([^\W\d][\w.\-]{0,32}?))["'*`]*+\s*+[:=]\s*+["'*`(]*+\Z""")
# ... that says nothing, as in {"type": "ssn", "value": "..."}.
_NEUTRAL = frozenset(("value", "number", "num", "no", "nr", "code", "data", "text", "content", "string", "wert", "valor", "valeur", "valore", "raw", "val"))
_BULLET = re.compile(r"\n\s*+(?:[-*•]|\d{1,3}[.)])\s")


def _named_otherwise(between: str) -> bool:
    """Whether what stands between a word and a value gives the value another name. In a list (`SSNs:`, `- Bob: 17`) that is its owner's."""
    # "What is the SSN?\nBob: 17": who answers.
    key = _KEY.search(between) if (":" in between or "=" in between) and "?" not in between else None
    return key is not None and (key[1] or key[2]).lower() not in _NEUTRAL and not _BULLET.search(between)


# Short words stand in many others, so the pattern itself says where they begin; of longer ones `_begins` does, which keeps the automaton small.
_SHORT = 4


def _short(word: str) -> bool:
    return len(word) <= _SHORT and word.isascii() and word.isalnum()


def _written(word: str) -> str:
    """A pattern of how a word may be written."""
    body = f"(?i:{'[ _-]?'.join(map(_quoted, word.split(' ')))})"
    return rf"(?:\b|_|[0-9]){body}|[a-z](?:{word.capitalize()}|{word.upper()})" if _short(word) else body


def _begins(text: str, start: int) -> bool:
    """Whether no letter stands in front, or a small one before a capital."""
    before, first = text[start - 1:start], text[start]
    return not (_letter(before) and _letter(first)) or (before.islower() and first.isupper())


def _ends(text: str, end: int) -> bool:
    """Whether no letter follows, or a capital behind a small one. A plural is the same word."""
    if text[end:end + 1] in ("s", "S"):
        end += 1
    last, after = text[end - 1], text[end:end + 1]
    return not (_letter(last) and _letter(after)) or (last.islower() and after.isupper())


def _letter(character: str) -> bool:
    # Where words are not told apart by blanks (Chinese, Thai) a letter in front says nothing.
    return character.isalpha() and character < "\u0530"


def _quoted(part: str) -> str:
    return "".join(c if c.isalnum() else f"\\x{{{ord(c):x}}}" for c in part)
