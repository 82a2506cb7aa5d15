"""What checks are given, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct, field

from sentinel.config.yaml import Key, Lines
from sentinel.errors import Mistake
from sentinel.rules.rule import Correlation, Detection, Rule

Kind = Literal["mistake", "warning", "note"]


class Remark(Struct, frozen=True):
    """One thing about one rule.

    Attributes:
        check: the name it is silenced by. kind: a mistake keeps the rule out, a warning is about one that works, a note is
            for whoever wonders. rule: its id, empty when there is none. what: a sentence. do: what to write instead.
    """

    file: str
    line: int
    key: str
    rule: str
    kind: Kind
    check: str
    what: str
    do: str = ""

    @property
    def said(self) -> str:
        """All but the place: `key: what; do`."""
        return Mistake(self.file, self.line, self.key, self.what, self.do).said


class Said(Struct, frozen=True):
    """What one check has to say. path: keys from the rule's top to the place."""

    path: tuple[Key, ...]
    what: str
    do: str = ""


class Subject(Struct, frozen=True):
    """A rule that works, and the document it was read from."""

    rule: Rule
    document: Mapping[str, Any]
    lines: Lines

    @property
    def detection(self) -> Detection | None:
        return self.rule if isinstance(self.rule, Detection) else None

    @property
    def correlation(self) -> Correlation | None:
        return self.rule if isinstance(self.rule, Correlation) else None


class Around(Struct, frozen=True):
    """What is known beside the rule.

    Attributes:
        fields: every field that a format or detector can set, and the name of its type ("" where it is not known); empty
            when nothing is known. open: categories of whose events some hold whatever their record held, under its own names. rules: by id, all that work. heard: ids of rules that only correlations listen to.
        benign: how often each rule fired on `events` events of ordinary traffic, and where first, as "litellm.jsonl:12".
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    heard: frozenset[str] = frozenset()
    benign: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    events: int = 0


class Check(Struct, frozen=True):
    """One question asked of every rule. says: what it finds, for the docs."""

    name: str
    says: str
    ask: Callable[[Subject, Around], Iterator[Said]]
    kind: Kind = "warning"
