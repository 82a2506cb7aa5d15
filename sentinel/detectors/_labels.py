"""From a label to the values it names: `"full_name": "Ann Lee"`, `Name: Ann Lee`, `name=Ann`, `<name>Ann</name>`, a column's heading, "born on".

In: the places where labels occur, found by the scan. Out: the spans of the values. What names and dates of birth have in
common is only what they are called, so the label is looked for and then the value behind or below it, never the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import msgspec
from msgspec import Struct

from sentinel.detectors._checks import CHECKS, Candidate, Check
from sentinel.detectors._context import Around
from sentinel.detectors._find import Place
from sentinel.detectors._tables import Span, Tables
from sentinel.scan import Pattern

SURE = 0.99
_MOST_NAMES = 24  # in one pattern; hyperscan refuses those that are much larger
_LONGEST_VALUE = 256
_SHORT = 3  # letters of words that stand in many others
_LONGEST_HEAD = 160
_MOST_IN_LIST = 50

# Between a label and its value. What closes the label, what parts them, what opens the value.
_CLOSE = r"""(?: ?[#№]|\.(?=:))?["'’”*_`)\]\\]{0,4}"""
_OPEN = r"""["'“*_`(\[<{\\]{0,4}"""
_PART = r"\s{0,4}(?:\([^()\n]{1,24}\)\s{0,2})?(?:[:=：﹕]{1,2}|=>|->|[–—])[*_]{0,3}\s{0,8}(?:[\-•] )?"
_TAG = r"(?:[ \t][^<>\n]{0,60})?>\s{0,8}"
_NEXT_CELL = r"\s{0,4}</(?:t[hd]|dt|strong|b|span|label)>\s{0,8}(?:(?:<(?!th)[a-z][^<>\n]{0,60}>\s{0,8}){1,2}|:\s{0,4})"
_COLUMN = r"[ \t]{0,30}[|\t]\s{0,30}"
_HEADING = r"[ \t]{0,30}(?:[,;|\t\r\n)]|  |</t[hd]>)"
# What may stand between a label and its value in a sentence, or between a question and its answer.
_FILLER = (r"(?:[\s:#=(\"'“*,\-–]|(?:no|nr|num)\.?|number|nummer|num[ée]ro|número|numero|n°|nº|№"
           r"|it(?:'s| is)|that(?:'s| is)|is|was|are|ist|est|es|è|é|lautet|holder|on (?:file|record)|on"
           r"|(?:has |was |been )?(?:changed|updated|corrected) to|we have|you gave(?: us)?|geändert in|changé en|ha cambiado a"
           r"|\?\s{1,3}(?:[A-Z][a-z]{2,11}: ?)?(?i:(?:yes|sure|of course|ja|oui|sí|si|sim)\b[,.!]?)?){1,12}")
_NEAR = r"""[ "'*_`)\]\\#.]"""
_CLOSERS = {'"': '"', "'": "'", "“": "”", "`": "`", ">": "<", "(": ")", "*": "*"}
_NEXT = re.compile(r"""["']?\s{0,4}+(?:,|;|&|\b(?:and|und|y|et|e|en)\b)\s{0,8}+(?:and\s)?["']?""")
_BEFORE = re.compile(r"([^\W_]++)(?:['’]s)?+[ _\-.]?\Z")
# Words in front of a label that leave it what it is. "Product" in front of "name" does not.
_QUALIFIERS = frozenset(re.findall(r"\S+", """
    the a an your my his her their our full legal official complete primary main contact emergency billing shipping
    delivery mailing home
    residential current new old previous former patient customer client employee user member person personal
    applicant student
    passenger guest holder owner recipient sender author buyer seller contract policy account card cardholder spouse
    parent
    child father mother guardian driver tenant insured beneficiary candidate guest staff teacher doctor physician
    agent for
    of and or with by to on in is der die das des dem den mein meine ihr le la les l de du el los su tu il lo o os
    as dados value field profile
    us uk u.s. german french italian spanish eu valid expired issued second first third co borrower subject participant
    set where and let const var self this str string
    nr no usa american canadian australian indian british attendee attn hello hi dear
"""))


class LabelText(Struct, forbid_unknown_fields=True):
    """What a kind of value is called, and how it is then written.

    Attributes:
        names: the label's words; a blank in one may be a blank, `_`, `-`, `.` or nothing (`first_name`, `firstName`).
        value: what stands behind, as a possessive `re` pattern; `(?&name)` stands for the entry's `let: name`. A group in it
            is the finding.
        begins: the value's first letter as a class, so that the scan passes over labels of something else.
        score: confidence. check, confirm: as those of a shape.
        column: checks in place of `check` for the cells of a column of which half pass `check`; of another column none is a value.
        bare: the label may stand in a sentence, with no more than a filler word before the value ("born on 3 May 1970").
        whole: a value in quotes, a cell or a tag must be nothing else.
        many: others may follow in a list.
    """

    names: list[str]
    value: str
    score: float
    begins: str = "[^\\s]"
    check: list[str] = []
    column: list[str] = []
    confirm: str = ""
    bare: bool = False
    whole: bool = False
    many: bool = False


class Label:
    """A label, ready to tell its values. `pattern` is what the scan for places looks for, `sign` what the shared scan does. It has the
    attributes of a catalogue's shape.
    """

    weak, words = False, None

    def __init__(self, label: LabelText, type_: str, value: str) -> None:
        """Args: value: `label.value` with what it refers to filled in."""
        names = _either(label.names)
        self.pattern = Pattern(f"(?i:{names}){_sign(label)}" if names.isascii() else names, caseless=not names.isascii())
        self.sign = _apart(label) or self.pattern
        self._names, self._filled = names, value
        self.type, self.score, self._bare, self._whole, self._many = type_, label.score, label.bare, label.whole, label.many
        self._checks: list[Check] = [CHECKS[name] for name in label.check]
        self._column: list[Check] = [CHECKS[name] for name in label.column]
        self._confirm = CHECKS[label.confirm] if label.confirm else None

    # Compiled when first needed: there are dozens, and all of them take most of a second.

    @cached_property
    def _head(self) -> re.Pattern[str]:
        return re.compile(f"(?i:{self._names})(?:{_CLOSE}(?:{_PART}|(?P<tag>{_TAG}|{_NEXT_CELL}))(?P<open>{_OPEN})"
                          f"|{_CLOSE}(?P<cell>{_HEADING}))")

    @cached_property
    def _sentence(self) -> re.Pattern[str]:
        return re.compile(f"(?i:{self._names}){_FILLER}")

    @cached_property
    def _value(self) -> re.Pattern[str]:
        return re.compile(self._filled)

    @cached_property
    def _group(self) -> int:
        return min(self._value.groups, 1)

    def take(self, text: str, place: Place, around: Around) -> Iterator[tuple[int, int, float]]:
        """Start, end and score of every value that the label at `place` names."""
        if not self._begins(text, place.start):
            return
        head = self._head.match(text, place.start, place.start + _LONGEST_HEAD)
        values: Iterable[tuple[int, int, float]] = ()
        if head and head["cell"]:
            values = list(self._below(text, place.start, head.start("cell"), around.tables))
        elif head:
            values = self._behind(text, head)
        if not values and self._bare and (head := self._sentence.match(text, place.start, place.start + _LONGEST_HEAD)):
            values = self._listed(text, head.end())
        yield from values

    def _below(self, text: str, start: int, end: int, tables: Tables) -> Iterator[tuple[int, int, float]]:
        """The values of a column whose heading stands at `start`, or the one beside a label that ends at `end`."""
        cells = [cell for cell in tables.below(text, start) if cell[0] < cell[1]]
        values = [value for cell in cells for value in self._closed(text, *cell)]
        if self._column and values:
            # "Willow Chair" is a name among names, and none among "Maple Desk" and "Harbor Lamp".
            same = 2 * len(values) >= len(cells)
            values = [value for cell in cells for value in self._closed(text, *cell, self._column)] if same else []
        if not values and (beside := _beside(text, end)):
            values = list(self._closed(text, *beside))
        yield from values

    def _behind(self, text: str, head: re.Match[str]) -> Iterator[tuple[int, int, float]]:
        """What follows the label's colon or tag."""
        at = head.end()
        closer = _CLOSERS.get(head["open"][-1:], "<" if head["tag"] else "")
        end = text.find(closer, at, at + _LONGEST_VALUE) if closer else -1
        if end >= 0:
            yield from self._closed(text, at, end)
        if end < 0 or self._many:
            yield from self._listed(text, max(end, at))

    def _begins(self, text: str, start: int) -> bool:
        """Whether the label begins where it was found, and no word in front makes it another ("file name")."""
        if start == 0 or text[start] > "\u2e80":
            return True
        adjacent = text[start - 1].isalpha()
        if adjacent and not (text[start - 1].islower() and text[start].isupper()):
            return False
        if self._bare:
            return True
        before = _BEFORE.search(text, max(0, start - 24), start)
        if before is None or before[1].isdigit():
            return True
        # Of `patientName` the last hump.
        return re.sub(r".*(?=[A-Z][a-z]+\Z)", "", before[1]).lower() in _QUALIFIERS

    def _closed(self, text: str, start: int, end: int, checks: Sequence[Check] = ()) -> Iterator[tuple[int, int, float]]:
        """The value between `start` and `end`, where it is known to end."""
        found = self._value.match(text, start, end)
        if found and (not self._whole or not text[found.end():end].strip(" \t\\*_")):
            yield from self._judged(text, *found.span(self._group), checks)

    def _listed(self, text: str, at: int) -> Iterator[tuple[int, int, float]]:
        """The value in a line of text at `at`, and those that follow it."""
        for turn in range(_MOST_IN_LIST if self._many else 1):
            if turn or text[at:at + 1] in ('"', "'"):
                following = _NEXT.match(text, at)
                if following is None:
                    return
                at = following.end()
            line = text.find("\n", at, at + _LONGEST_VALUE)
            found = self._value.match(text, at, line if line >= 0 else at + _LONGEST_VALUE)
            if found is None:
                return
            at = found.end()
            yield from self._judged(text, *found.span(self._group))

    def _judged(self, text: str, start: int, end: int, checks: Sequence[Check] = ()) -> Iterator[tuple[int, int, float]]:
        candidate = Candidate(text, start, end)
        if start < end and all(check(candidate) for check in checks or self._checks):
            yield start, end, SURE if self._confirm and self._confirm(candidate) else self.score


_BESIDE = re.compile(r"""["'*_`]{0,3}+[ \t]{0,30}+(?:\||\t| {2})[ \t]{0,30}+["'*_`]{0,3}+([^|\t\n"*`]{1,256}?)["'*_`]{0,3}\s{0,30}(?:[|\t\n]|\Z)""")


def _beside(text: str, at: int) -> Span | None:
    """The cell to the right of the label that ends at `at`, in a table whose rows are fields."""
    found = _BESIDE.match(text, at, at + 400)
    return found.span(1) if found else None


def _sign(label: LabelText) -> str:
    """What the scan wants to see behind a label: less than `Label` reads, because bounded repeats make databases large."""
    if label.bare:
        return "[^A-Za-z]"
    return f"(?:{_NEAR}{{0,4}}(?:\\([^()]{{1,24}}\\) ?)?(?:[:=>][^A-Za-z0-9]{{0,6}}{label.begins}|[,;|\t\r\n)]|  |</[tdsbl]| [a-z]{{1,12}}=\"))"


def _apart(label: LabelText) -> Pattern | None:
    """The label's pattern, the short words in it only where they can begin (`Label._begins`); None: it has no such words.

    "to", "an" and "de" stand within every other word: told apart they cost the shared scan half.
    """
    short = [name for name in label.names if len(name) <= _SHORT + 1 and name.isascii() and name[0].isalpha()]
    if not any(len(name) <= _SHORT for name in short):
        return None
    sign, long = _sign(label), [name for name in label.names if name not in short]
    humps = "|".join(f"{name[0].upper()}(?i:{_either([name[1:]])})" for name in short)
    parts = [rf"(?:\b|_|[0-9])(?i:{_either(short)}){sign}", f"[a-z](?:{humps}){sign}"]
    first, *others = [f"(?i:{_either(long)}){sign}", *parts] if long else parts
    return Pattern(first, others=tuple(others))


def labels_of(label: LabelText, type_: str, value: str) -> Iterator[Label]:
    """The labels that `label` speaks of. Words beyond ASCII are apart: for their sake all letters would be read as UTF-8."""
    for wanted in (True, False):
        names = [name for name in label.names if name.isascii() == wanted]
        for first in range(0, len(names), _MOST_NAMES):
            yield Label(msgspec.structs.replace(label, names=names[first:first + _MOST_NAMES]), type_, value)


def _either(names: Sequence[str]) -> str:
    return "|".join(re.escape(name).replace(r"\ ", r"[ _\-.]?") for name in sorted(names, key=len, reverse=True))
