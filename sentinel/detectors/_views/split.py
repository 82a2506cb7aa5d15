"""Values that are cut in two or more: by the records of a stream (`{"delta":"ali"}{"delta":"ce@..."}`), by string literals that
are added up (`"ali" + "ce@..."`), or by the fields of an object (`{"area":"212","exchange":"555","line":"0123"}`).

In: a text. Out: runs of pieces (start, end) that say one thing together, and fragments for the fields of an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors._views.fragment import Fragment, Limit, numbers
from sentinel.scan import Pattern

# Keys whose values are pieces of one text when a record with them follows a record with them.
_PIECE = "delta|text_delta|content|text|token|chunk|piece|fragment|segment|part|partial_json|partial|output_text|response|completion|value|data|t|c|v|message"
_STREAM = r"delta|text_delta|token|chunk|piece|fragment|partial_json|partial|segment"
_STRING = r'"(?:[^"\\]|\\.){0,4000}+"'
SIGN_STREAM = Pattern(rf'"(?:{_STREAM})" ?: ?["{{]|"\}}{{1,3}},?\n?(?:data: ?)?\{{"(?:content|text|t|c|v|data|value|response)" ?: ?"')
_KEYED = re.compile(rf'"({_PIECE})"\s{{0,2}}:\s{{0,2}}("(?:[^"\\]|\\.){{0,4000}}+")')
# Between two string literals that are added up.
_GLUE = re.compile(r"""(["'])\s{0,40}(?:\+|\.\.?|&|\|\||\\?\r?\n)\s{0,40}\1""")
SIGN_ADDED = Pattern(r'["\x27] ?(?:\+|\.\.?|&|\|\|)[ \n]{0,2}["\x27]|["\x27] ?\+\n|\n {0,40}\+ ["\x27]|["\x27]\\?\n {0,40}["\x27]')
# Records of a stream that are read as one, and characters between two of them.
_MOST, _FURTHEST = 20_000, 600

Pieces = list[tuple[int, int]]


def streams(text: str, limit: Limit) -> Iterator[Pieces]:
    """The pieces of each text that records of one kind say one after another."""
    runs: dict[str, Pieces] = {}
    for found in limit.taken(_KEYED.finditer(text), _MOST):
        start, end = found.start(2) + 1, found.end(2) - 1
        run = runs.get(found[1])
        if run and start - run[-1][1] <= _FURTHEST:
            run.append((start, end))
        else:
            if run and len(run) > 1:
                yield run
            runs[found[1]] = [(start, end)]
    yield from (run for run in runs.values() if len(run) > 1)


def literals(text: str, limit: Limit) -> Iterator[Pieces]:
    """The text without what stands between literals that are added up."""
    run, done = Pieces(), 0
    for found in limit.taken(_GLUE.finditer(text), _MOST):
        run.append((done, found.start()))
        done = found.end()
    if run:
        yield [*run, (done, len(text))]


# Names of fields that hold a piece of a number; a digit or letter behind the name counts them.
_NAME = (r"(?:[a-z]{0,16}[_\- ]?(?:area|code|exchange|prefix|line|number|num|no|suffix|subscriber|cc|country|ext|part|piece|seg|segment|block|group|grp|chunk"
         r"|serial|first|second|third|fourth|last|mid|middle|start|begin|end|head|tail|left|right|front|back|bin|bank|branch|account|check|iban|bban|pan|ssn"
         r"|quad|half|[a-z])[_\- ]?(?:four|half|part|4|six|6)?[_\- ]?[0-9a-d]?)")
# The beginning of a name alone: what may stand behind it would cost ten times as much in JSON.
SIGN_FIELDS = Pattern(
    r'["_](?:area|exchange|prefix|subscriber|part|piece|block|group|segment|chunk|serial|bban|quad|half|suffix|local|mailbox|first_[fth34])'
    r'|\["[0-9]{3,4}", ?"')
_FIELDS = re.compile(
    rf'"({_NAME})"\s?:\s?("?)([A-Z0-9+() \-]{{1,24}}?)\2(?:\s?,\s{{0,12}}"{_NAME}"\s?:\s?"?[A-Z0-9 \-]{{1,24}}?"?(?=\s?[,}}\]\n])){{1,8}}+', re.IGNORECASE)
_FIELD = re.compile(r':\s?"?([A-Z0-9+() \-]{1,24}?)"?(?=\s?(?:[,}\]\n]|\Z))', re.IGNORECASE)
_LIST = re.compile(r'\[\s?"\+?[A-Z0-9]{1,8}"(?:,\s?"[A-Z0-9]{1,8}"){1,12}\s?\]', re.IGNORECASE)
_ITEM = re.compile(r'"([^"]*)"')
_ADDRESS = re.compile(
    r'"([a-z_\-]{0,16}(?:local|local.?part|mailbox|user|username|login|account|name|handle)[a-z_\-]{0,8})"\s?:\s?"([^"@ ]{1,64})"\s?,\s{0,12}'
    r'"([a-z_\-]{0,16}(?:domain|host|hostname|provider|server)[a-z_\-]{0,8})"\s?:\s?"@?([a-z0-9.\-]{1,64})"', re.IGNORECASE)
_MAIL = re.compile(r"mail|local|inbox", re.IGNORECASE)


def fields(text: str, limit: Limit) -> Iterator[Fragment]:
    """Values whose pieces are fields that follow each other, or the items of a list."""
    for found in limit.matches(_FIELDS, text):
        yield from _joined(_FIELD.finditer(found[0]), found.start())
    for found in limit.matches(_LIST, text):
        yield from _joined(_ITEM.finditer(found[0]), found.start())
    for found in limit.matches(_ADDRESS, text):
        if _MAIL.search(found[1] + found[3]) or _MAIL.search(text, max(0, found.start() - 40), found.start()):
            yield Fragment(found.start(2), found.end(4), f"{found[2]}@{found[4]}", True)


def _joined(items: Iterator[re.Match[str]], at: int) -> Iterator[Fragment]:
    pieces = list(items)
    if len(pieces) < 2:
        return
    said = "".join(re.sub(r"[ ()\-]", "", piece[1]) for piece in pieces)
    start, end = at + pieces[0].start(1), at + pieces[-1].end(1)
    sizes = tuple(len(piece[1]) for piece in pieces)
    # In the groups that people know, and as strings: `640, 480, 1024` is a size.
    usual = sizes in _USUAL and all(piece[0].count('"') for piece in pieces)
    if said.lstrip("+").isdigit():
        yield from numbers(start, end, said, sure=usual)
    elif 8 <= len(said) <= 200:
        yield Fragment(start, end, said, True)


_USUAL = {(3, 2, 4), (3, 3, 4), (1, 3, 3, 4), (2, 3, 3, 4), (4, 4, 4, 4), (4, 6, 5), (8, 8), (6, 10), (12, 4), (4, 12), (6, 4), (3, 7)}
