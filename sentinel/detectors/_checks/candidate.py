"""A place where an entry's pattern matched, and what may be asked of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_NOT_DIGITS = re.compile(r"\D+")


class Candidate(NamedTuple):
    """A place where an entry's pattern matched: `text[start:end]`."""

    text: str
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.text[self.start:self.end]

    def before(self, most: int) -> str:
        return self.text[max(0, self.start - most):self.start]

    def after(self, most: int) -> str:
        return self.text[self.end:self.end + most]


Check = Callable[[Candidate], bool]


def digits_of(value: str) -> str:
    return _NOT_DIGITS.sub("", value)
