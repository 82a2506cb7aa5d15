"""From a rule's `detection:` to its tree.

In: the raw YAML of a detection. Out: a `tree.Node`. pySigma's condition parser is not used: in 1.5 it reads a selection
called `notable` as `not able`, and it says neither where nor what to write instead.
"""

from __future__ import annotations

import fnmatch
import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from sentinel.config.mistakes import nearest
from sentinel.config.written import Word, text_of
from sentinel.rules.glob import Text
from sentinel.rules.read import modifiers
from sentinel.rules.read.gathered import Gathered
from sentinel.rules.tree import Any_, Bool, Item, Node, Not, Number, Regex, Wrong, both, either

TOKEN = re.compile(r"[()]|[^\s()]+")
# Keys of a detection that name none.
NO_SELECTIONS = ("condition", "timeframe")
_DEEPEST = 100
_MOST_CHOICES = 500
# Terms of one condition, those that its patterns name counted each time: all of them may be asked of every event.
_MOST_TERMS = 20_000


def plan(detection: Any, placeholders: modifiers.Placeholders | None = None) -> Node:
    """The whole detection: any of its conditions over its selections.

    Raises: Wrong, its path beginning inside the detection, with all that is wrong besides.
    """
    if not isinstance(detection, dict):
        raise Wrong("a detection is a mapping of selections and a condition")
    selections = {str(name): value for name, value in detection.items() if name not in NO_SELECTIONS}
    if not selections:
        raise Wrong("no selection", "add one, for example `selection: {field: value}`")
    if "condition" not in detection:
        raise Wrong("`condition` is missing", f"add `condition: {next(iter(selections))}`")
    conditions = detection["condition"]
    listed = conditions if isinstance(conditions, list) else [conditions]
    if not listed:
        raise Wrong("no condition", path=("condition",))
    found = Gathered()
    nodes = {name: found.take(partial(_selection, value, (name,), placeholders), _BROKEN) for name, value in selections.items()}
    planned = [found.take(partial(condition, text, nodes), _BROKEN) for text in listed]
    found.check()
    return either(planned)


# Stands for what could not be read, while the rest is looked at.
_BROKEN: Node = Item(None, ())


def _gathered(makes: Iterable[Callable[[], Node]]) -> list[Node]:
    """What each makes. Raises: Wrong."""
    found = Gathered()
    nodes = [found.take(make, _BROKEN) for make in makes]
    found.check()
    return nodes


def _selection(value: Any, path: tuple[str | int, ...], given: modifiers.Placeholders | None) -> Node:
    if isinstance(value, dict):
        if not value:
            raise Wrong("an empty selection", "give it a field", path)
        return both(_gathered([partial(line, str(key), one, (*path, key), given) for key, one in value.items()]))
    if not isinstance(value, list):
        return line("", value, path, given)
    if not value:
        raise Wrong("an empty selection", "give it a value", path)
    if not any(isinstance(one, (dict, list)) for one in value):
        return line("", value, path, given)
    return either(_gathered([partial(_selection, one, (*path, index), given) for index, one in enumerate(value)]))


def line(key: str, value: Any, path: tuple[str | int, ...], given: modifiers.Placeholders | None) -> Node:
    """One `field|modifier: value(s)`. Raises: Wrong."""
    name, *names = key.split("|")
    values = value if isinstance(value, list) else [value]
    groups: list[tuple[Any, ...]] = []
    # Some Windows field names end in a space; events are stripped of it too.
    field = name.rstrip() or None
    for index, one in enumerate(values or [None]):
        if field is None:
            # Keywords are looked for as they are written, whatever YAML takes them for.
            one = text_of(one) or (str(one) if isinstance(one, Word) else one)
        try:
            groups.append(tuple(modifiers.wants(names, one, given)))
        except Wrong as wrong:
            at = (*path, index) if isinstance(value, list) else path
            raise Wrong(wrong.what, wrong.do, at) from wrong
    if field is None and not all(isinstance(want, _KEYWORDS) for group in groups for want in group):
        raise Wrong("only strings, numbers and patterns can be looked for without a field", "name the field", path)
    node = _item(field, groups, "all" in names, path)
    return Not(node) if "neq" in names else node


def _item(field: str | None, groups: list[tuple[Any, ...]], every: bool, path: tuple[str | int, ...]) -> Node:
    if every and any(len(group) > 1 for group in groups):
        # One value may stand for several (base64offset): all values must hold, each in any of its forms.
        return both([Item(field, group, path=path) for group in groups])
    return Item(field, tuple(want for group in groups for want in group), every, path)


_KEYWORDS = (Text, Number, Bool, Regex)


def condition(text: Any, nodes: Mapping[str, Node | None]) -> Node:
    """One condition over the named selections; one that is None falls away wherever it is named. Raises: Wrong."""
    if not isinstance(text, str):
        raise Wrong("a condition is a string", "write it as one", ("condition",))
    if "|" in text:
        raise Wrong("the pipe syntax in conditions was replaced by correlations",
                    "write a rule of type `correlation` (event_count, value_count, ...)", ("condition",))
    reader = _Reader(TOKEN.findall(text), nodes)
    node = reader.expression(0)
    if reader.peek():
        raise Wrong(f"{reader.peek()!r} is not expected here", "join terms by `and` or `or`", ("condition",))
    if node is None:
        raise Wrong("no selection is left in this condition", "name one that exists", ("condition",))
    return node


class _Reader:
    """Recursive descent: `or` binds least, then `and`, then `not`.

    A term is None when a pattern names no selection: `not 1 of filter_*` then simply falls away, as in pySigma.
    """

    def __init__(self, tokens: list[str], nodes: Mapping[str, Node | None]) -> None:
        self._tokens, self._nodes, self._at, self._terms = tokens, nodes, 0, 0

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _word(self, *words: str) -> bool:
        """Take the next token if it is one of `words`. A selection of that very name comes first."""
        token = self.peek()
        if token.lower() in words and token not in self._nodes:
            self._at += 1
            return True
        return False

    def expression(self, depth: int) -> Node | None:
        return self._joined(lambda: self._conjunction(depth), "or", either)

    def _conjunction(self, depth: int) -> Node | None:
        return self._joined(lambda: self._negation(depth), "and", both)

    def _joined(self, term: Callable[[], Node | None], word: str, join: Callable[[list[Node]], Node]) -> Node | None:
        terms = [term()]
        while self._word(word):
            terms.append(term())
        found = [one for one in terms if one is not None]
        return join(found) if found else None

    def _negation(self, depth: int) -> Node | None:
        if depth > _DEEPEST:
            raise Wrong("nested too deeply", "split the rule", ("condition",))
        if self._word("not"):
            part = self._negation(depth + 1)
            return Not(part) if part is not None else None
        return self._term(depth)

    def _term(self, depth: int) -> Node | None:
        if self._word("("):
            node = self.expression(depth + 1)
            if not self._word(")"):
                raise Wrong("a bracket is not closed", "add `)`", ("condition",))
            return node
        if [token.lower() for token in self._tokens[self._at + 1:self._at + 2]] == ["of"] and self.peek() not in self._nodes:
            return self._several()
        return self._named()

    def _several(self) -> Node | None:
        count, pattern = self.peek().lower(), (self._tokens[self._at + 2:] or [""])[0]
        self._at += 3
        if not pattern or pattern == ")":
            raise Wrong(f"`{count} of` what?", "write `them` or a pattern such as `selection_*`", ("condition",))
        chosen = [node for name, node in self._nodes.items() if node is not None and _chosen(name, pattern)]
        self._count(len(chosen))
        if not chosen:
            return None
        if count == "all":
            return both(chosen)
        if count in ("1", "any"):
            return either(chosen)
        several = _at_least(count, chosen)
        self._count(len(several.parts) * int(count) if isinstance(several, Any_) else 0)
        return several

    def _count(self, terms: int) -> None:
        self._terms += terms
        if self._terms > _MOST_TERMS:
            raise Wrong(f"a condition of more than {_MOST_TERMS} terms", "split the rule", ("condition",))

    def _named(self) -> Node | None:
        name = self.peek()
        if not name:
            raise Wrong("the condition ends too early", "add a selection", ("condition",))
        self._at += 1
        self._count(1)
        if name not in self._nodes:
            raise Wrong(f"there is no selection {name!r}", nearest(name, self._nodes), ("condition",))
        return self._nodes[name]


def _at_least(count: str, chosen: list[Node]) -> Node:
    """`count` of the selections; the specification has 1 alone, and engines more."""
    number = int(count) if count.isdecimal() and len(count) < 4 else 0
    if number < 1:
        raise Wrong(f"`{count} of` is not known", "write `1 of`, `all of` or a number of selections", ("condition",))
    if number > len(chosen):
        raise Wrong(f"`{count} of` can never hold: so many selections are not called so, only {len(chosen)}", "", ("condition",))
    if math.comb(len(chosen), number) > _MOST_CHOICES:
        raise Wrong(f"`{count} of` {len(chosen)} selections are too many ways", "split the rule", ("condition",))
    return either([both(list(some)) for some in itertools.combinations(chosen, number)])


def _chosen(name: str, pattern: str) -> bool:
    if pattern.lower() == "them":
        return not name.startswith("_")
    # Names with an underscore in front are a filter's or the author's own; only a pattern that says so reaches them.
    return (pattern.startswith("_") or not name.startswith("_")) and _matches(name, pattern)


def _matches(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
