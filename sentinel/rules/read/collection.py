"""The documents of one rule file, those of Sigma 1's collections merged.

In: a file. Out: each document that is a rule, as if it had been written out, and where each of its keys stands.

`action: global` lends what it says to every rule after it, and wins over what the rule says; `action: reset` ends that;
`action: repeat` is the rule before it with changes. Correlations and filters are taken as they stand. This is how pySigma's
SigmaCollection reads them, except that a repeat never changes what a global lends.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.config.yaml import Lines
from sentinel.errors import Mistake

# Keys and values of a file, those that are lent or repeated counted each time.
_MOST_REPEATED = 500_000
_ACTIONS = ("global", "repeat", "reset")
# What stands below is compared with what a log says, letter by letter.
_AS_WRITTEN = ("detection", "filter")


class Document(Struct, frozen=True):
    """Attributes: value: the YAML; not always a mapping. lines: where its keys stand. lent_id: its `id` is another document's."""

    value: Any
    lines: Lines
    lent_id: bool = False


def documents(path: Path, mistakes: list[Mistake]) -> list[Document]:
    """The rules of a file. A broken one leaves the others, unless others may take something from it."""
    read, broken = yaml.salvaged(path, as_written=_AS_WRITTEN)
    mistakes += broken
    if not any(isinstance(value, dict) and "action" in value for value, _ in read):
        return [Document(value, lines) for value, lines in read]
    if broken:
        mistakes.append(Mistake(str(path), broken[0].line, "", "nothing of this file is read: what its `action` documents lend is not known",
                                "mend the broken document"))
        return []
    merging = _Merging(mistakes)
    return [one for value, lines in read if (one := merging.next(Document(value, lines))) is not None]


class _Merging:
    def __init__(self, mistakes: list[Mistake]) -> None:
        self._mistakes, self._repeated = mistakes, 0
        self._lent: Document | None = None
        self._before: Document | None = None

    def next(self, one: Document) -> Document | None:
        """The rule that a document stands for; None when it is none."""
        if not isinstance(one.value, dict) or "correlation" in one.value or "filter" in one.value:
            return one
        action = one.value.get("action")
        if action is None and self._lent is None:
            self._before = one
            return one
        if self._repeated > _MOST_REPEATED:
            return None
        if action is None:
            return self._counted(_under(self._lent, one) if self._lent else one)
        bare = Document({key: value for key, value in one.value.items() if key != "action"}, one.lines)
        if action == "global":
            self._lent = self._before = bare
        elif action == "reset":
            self._lent = None
        elif action == "repeat" and self._before is not None:
            return self._counted(_onto(self._before, bare))
        elif action == "repeat":
            self._tell(one, "there is no rule before it to repeat", "put it after one")
        else:
            self._tell(one, f"unknown action {action!r}", nearest(action, _ACTIONS))
        return None

    def _counted(self, made: Document) -> Document:
        self._before = made
        self._repeated += made.lines.size
        if self._repeated > _MOST_REPEATED:
            self._mistakes.append(made.lines.mistake((), f"with this rule the file holds more than {_MOST_REPEATED} keys and values, "
                                                     "those that are repeated counted each time: no further one is read", "split the file"))
        return made

    def _tell(self, one: Document, what: str, do: str) -> None:
        self._mistakes.append(one.lines.mistake(("action",), what, do))


def _under(lent: Document, one: Document) -> Document:
    return Document(_merged(one.value, lent.value), _lines(one, lent), "id" in lent.value)


def _onto(before: Document, changes: Document) -> Document:
    return Document(_merged(before.value, changes.value), _lines(changes, before), "id" not in changes.value and "id" in before.value)


def _lines(own: Document, other: Document) -> Lines:
    """A rule is named by where its own document stands, though its title may be another's."""
    lines = own.lines.over(other.lines)
    return lines if "title" in own.value else lines.moved(("title",), own.lines.of(()))


def _merged(under: dict[Any, Any], over: dict[Any, Any]) -> dict[Any, Any]:
    """Mappings key by key; of anything else, the latter."""
    merged = dict(under)
    for key, value in over.items():
        mine = merged.get(key)
        merged[key] = _merged(mine if isinstance(mine, dict) else {}, value) if isinstance(value, dict) else value
    return merged
