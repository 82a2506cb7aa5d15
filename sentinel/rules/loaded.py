"""What becomes of files of rules: those that work, and what is to be said of the others."""

from __future__ import annotations

from msgspec import Struct, field

from sentinel.errors import Mistake
from sentinel.rules.rule import Rule


class Loaded(Struct):
    """Attributes: rules: those that work, base rules before the correlations over them. mistakes: what keeps others out.
    warnings: what works and is probably not meant."""

    rules: list[Rule] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
