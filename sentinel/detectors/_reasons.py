"""Why a finding is one, in words: its form, what was checked, the word nearby, the list it stands in.

In: a text, its findings, and the entries of their catalogue. Out: sentences. They are found again from the entry and not kept
by the search, which would pay for them with each candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from sentinel.detectors._catalogue import Entry, expand
from sentinel.detectors._checks import CHECKS, Candidate
from sentinel.detectors._find import Finder
from sentinel.detectors._lists import SURER, listed
from sentinel.detectors._tables import Tables
from sentinel.records.finding import Finding
from sentinel.scan import Pattern

_BEHIND = 20


def reasons(finding: Finding, findings: Sequence[Finding], text: str, entry: Entry) -> list[str]:
    """Why `finding` is one and how sure that is. Args: findings: all of the text. entry: that of the finding's type."""
    candidate = Candidate(text, finding.start, finding.end)
    form = _form(entry, candidate)
    said = [] if form is None else list(_of_form(entry, form, candidate))
    if form is None:
        label = _label(entry, candidate)
        said.append(f"the label {label!r} names it" if label else "read through what hides its letters")
    word = _word(entry, candidate)
    if word:
        said.append(word)
    if size := listed(finding, findings, text):
        said.append(f"one of {size} in a list or column (+{SURER})")
    return said


def _form(entry: Entry, candidate: Candidate) -> int | None:
    """Which of the entry's forms the text has there: the surest."""
    fitting = [index for index in range(len(entry.shapes))
               if any(place.start <= candidate.start < place.ends[-1] for place in _finder(_expanded(entry, index)).find([candidate.text]).found)
               and all(CHECKS[name](candidate) for name in entry.shapes[index].check)]
    return max(fitting, key=lambda index: entry.shapes[index].score, default=None)


def _of_form(entry: Entry, form: int, candidate: Candidate) -> Iterator[str]:
    shape = entry.shapes[form]
    which = f", form {form + 1} of {len(entry.shapes)}" if len(entry.shapes) > 1 else ""
    yield f"has the form of: {entry.title}{which} ({shape.score})"
    for name in shape.check:
        yield f"{name}: {_sentence(name)}"
    if shape.confirm and CHECKS[shape.confirm](candidate):
        yield f"{shape.confirm}: {_sentence(shape.confirm)} (sure)"


def _sentence(name: str) -> str:
    """What a check says of itself."""
    return (CHECKS[name].__doc__ or "passed").strip().partition("\n")[0].strip(" .")


def _word(entry: Entry, candidate: Candidate) -> str:
    """The word that speaks for or against it."""
    context = entry.context
    if not context.for_ and not context.against:
        return ""
    heading = Tables().heading(candidate.text, candidate.start)
    for where, text, last in (("heading", heading, True), ("in front", candidate.before(context.reach), True),
                              ("behind", candidate.after(_BEHIND), False)):
        found = list(_words(tuple(context.for_), tuple(context.against)).finditer(text))
        if found:
            nearest = found[-1 if last else 0]
            return f"{'for' if nearest[1] is not None else 'against'} it: the word {nearest[0]!r} {where}"
    return ""


def _label(entry: Entry, candidate: Candidate) -> str:
    names = tuple(name for label in entry.labels for name in label.names)
    found = list(_words(names, ()).finditer(Tables().heading(candidate.text, candidate.start) or candidate.before(120))) if names else []
    return found[-1][0] if found else ""


@lru_cache(64)
def _words(for_: tuple[str, ...], against: tuple[str, ...]) -> re.Pattern[str]:
    either = ["|".join(re.escape(word.removeprefix("~")).replace(r"\ ", "[ _-]?") for word in sorted(words, key=len, reverse=True)) or r"\b\B"
              for words in (for_, against)]
    return re.compile(rf"(?<![^\W\d_])(?:({either[0]})|({either[1]}))(?![^\W\d_])", re.IGNORECASE)


@lru_cache(256)
def _finder(pattern: Pattern) -> Finder:
    return Finder([pattern])


def _expanded(entry: Entry, index: int) -> Pattern:
    shape = entry.shapes[index]
    return Pattern(expand(shape.pattern, entry.let), caseless=shape.caseless)
