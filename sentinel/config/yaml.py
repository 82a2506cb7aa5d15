"""YAML that remembers on which line each key stood, so that every mistake can be named by file, line and key.

In: a file. Out: plain values, and `Lines`, which maps a path of keys to a line. Refuses duplicate keys, bombs of
aliases and everything but plain data.
"""

from __future__ import annotations

import stat
from collections.abc import Container, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml as pyyaml

from sentinel.config import written
from sentinel.errors import ConfigError, Mistake

Key = str | int
# libyaml where there is one: ten times as fast, which thousands of rules feel.
_SAFE: Any = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)
_STR = "tag:yaml.org,2002:str"


class _Loader(_SAFE):  # type: ignore[misc]
    """The same, which asks of no word whether it is a number when no number, date or the like begins so."""

    def resolve(self, kind: type[pyyaml.Node], value: Any, implicit: Any) -> Any:
        if kind is pyyaml.ScalarNode and implicit[0] and value and value[0] not in _BEGINNINGS:
            return _STR
        return super().resolve(kind, value, implicit)


_BEGINNINGS = frozenset(_SAFE.yaml_implicit_resolvers)
_BIGGEST = 4 * 1024 * 1024
_MOST_NODES = 200_000
# Characters of a number or a date: reading one of base sixty takes the square of its length.
_LONGEST_PLAIN = 1_000
_DEEPEST = 60
_PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
# A bare `=` has a type of its own in YAML 1.1, which nobody means.
_TEXTS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:value")
_TIME = "tag:yaml.org,2002:timestamp"
_MERGE = "tag:yaml.org,2002:merge"


class Lines:
    """Where things stand in one YAML document. A path is a sequence of keys and list indexes.

    Attributes: as_written: keys of the document below which values keep how they are written; see `written`.
    """

    def __init__(self, file: str, as_written: Container[str] = ()) -> None:
        self.file, self.as_written = file, as_written
        self._lines: dict[tuple[Key, ...], int] = {}

    @property
    def size(self) -> int:
        """How many keys and values the document has."""
        return len(self._lines)

    def note(self, path: tuple[Key, ...], line: int) -> None:
        self._lines.setdefault(path, line)

    def over(self, others: Lines) -> Lines:
        """These, and those of `others` where these are silent: for a document that was merged into another."""
        merged = Lines(self.file)
        merged._lines = {**others._lines, **self._lines}
        return merged

    def moved(self, path: tuple[Key, ...], line: int) -> Lines:
        """The same, `path` said to stand at `line`."""
        moved = Lines(self.file)
        moved._lines = {**self._lines, path: line}
        return moved

    def of(self, path: Sequence[Key]) -> int:
        """The line (1-based) of the key at `path`, or of its nearest ancestor that stands in the file."""
        at = tuple(path)
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)

    def mistake(self, path: Sequence[Key], what: str, do: str = "") -> Mistake:
        return Mistake(self.file, self.of(path), ".".join(map(str, path)), what, do)


def load_all(path: Path, name: str = "") -> list[tuple[Any, Lines]]:
    """All documents of a YAML file, each with its lines.

    Raises: ConfigError naming file and line.
    """
    documents, mistakes = salvaged(path, name)
    if mistakes:
        raise ConfigError(mistakes)
    return documents


def salvaged(path: Path, name: str = "", as_written: Container[str] = ()) -> tuple[list[tuple[Any, Lines]], list[Mistake]]:
    """The sound documents of a YAML file, and what is wrong with the others. After a fault of syntax nothing more is read.

    Args: as_written: keys of a document below which values keep how they are written; see `written`.
    """
    try:
        text = _text(path, name or str(path))
    except ConfigError as error:
        return [], error.mistakes
    return _salvaged(text, name or str(path), as_written)


def _text(path: Path, file: str) -> str:
    try:
        known = path.stat()
        if not (stat.S_ISREG(known.st_mode) or stat.S_ISDIR(known.st_mode)):
            # A pipe would stop a reload, and with it the watchdog; /dev/zero has no size and no end.
            raise ConfigError(Mistake(file, 0, "", "neither a file nor a folder", "name a file"))
        if known.st_size > _BIGGEST:
            raise ConfigError(Mistake(file, 0, "", f"larger than {_BIGGEST} bytes", "split it"))
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(Mistake(file, 0, "", error.strerror or str(error), "check the path and its permissions")) from error
    except UnicodeDecodeError as error:
        raise ConfigError(Mistake(file, 0, "", f"not UTF-8 at byte {error.start}", "save it as UTF-8")) from error


def parse_all(text: str, file: str) -> list[tuple[Any, Lines]]:
    """All documents of a YAML text. Raises: ConfigError."""
    documents, mistakes = _salvaged(text, file)
    if mistakes:
        raise ConfigError(mistakes)
    return documents


def _salvaged(text: str, file: str, as_written: Container[str] = ()) -> tuple[list[tuple[Any, Lines]], list[Mistake]]:
    documents: list[tuple[Any, Lines]] = []
    mistakes: list[Mistake] = []
    nodes = iter(pyyaml.compose_all(text, Loader=_Loader))
    while True:
        try:
            node = _next(nodes, file)
            if node is None:
                return documents, mistakes
            documents.append(_document(node, file, as_written))
        except _Ended as error:
            return documents, [*mistakes, *error.mistakes]
        except ConfigError as error:
            mistakes += error.mistakes


class _Ended(ConfigError):
    """A fault of syntax: where the next document begins is not known."""


def _next(nodes: Iterator[pyyaml.Node | None], file: str) -> pyyaml.Node | None:
    """The next document that is not empty; None after the last. Raises: _Ended."""
    try:
        return next((node for node in nodes if node is not None), None)
    except pyyaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise _Ended(Mistake(file, line, "", f"not YAML: {what}", "check indentation and quotes")) from error
    except (pyyaml.YAMLError, ValueError) as error:
        raise _Ended(Mistake(file, 0, "", f"not YAML: {error}", "check indentation and quotes")) from error
    except RecursionError as error:
        raise _Ended(Mistake(file, 0, "", "nested too deeply", "flatten it")) from error


def load(path: Path, name: str = "", as_written: Container[str] = ()) -> tuple[Any, Lines]:
    """The one document of a YAML file (None when empty). Args: as_written: as of `salvaged`. Raises: ConfigError."""
    documents, mistakes = salvaged(path, name, as_written)
    if mistakes:
        raise ConfigError(mistakes)
    file = name or str(path)
    if len(documents) > 1:
        raise ConfigError(Mistake(file, 0, "", f"{len(documents)} documents", "keep one, without a `---` between"))
    return documents[0] if documents else (None, Lines(file))


def _document(node: pyyaml.Node, file: str, as_written: Container[str]) -> tuple[Any, Lines]:
    lines = Lines(file, as_written)
    try:
        return _value(node, (), lines, [0]), lines
    except (pyyaml.YAMLError, ValueError, OverflowError) as error:
        # A date that is none, a number too long to be one.
        raise ConfigError(Mistake(file, node.start_mark.line + 1, "", f"not YAML: {error}", "put the value in quotes")) from error
    except RecursionError as error:
        raise ConfigError(Mistake(file, node.start_mark.line + 1, "", "nested too deeply", "flatten it")) from error


def _value(node: pyyaml.Node, path: tuple[Key, ...], lines: Lines, counted: list[int]) -> Any:
    counted[0] += 1
    if counted[0] > _MOST_NODES or len(path) > _DEEPEST:
        raise ConfigError(lines.mistake(path, "too many or too deeply nested values (aliases count each time)"))
    if node.tag == _STR and isinstance(node, pyyaml.ScalarNode):  # nearly all are
        lines.note(path, node.start_mark.line + 1)
        return node.value
    if isinstance(node, pyyaml.CollectionNode) and node.tag not in _PLAIN:
        raise ConfigError(Mistake(lines.file, node.start_mark.line + 1, ".".join(map(str, path)),
                                  f"tag {node.tag!r} is not supported", "write plain values"))
    if isinstance(node, pyyaml.MappingNode):
        return _mapping(node, path, lines, counted)
    lines.note(path, node.start_mark.line + 1)
    if isinstance(node, pyyaml.SequenceNode):
        return [_value(item, (*path, i), lines, counted) for i, item in enumerate(node.value)]
    if node.tag in _TEXTS:
        return node.value
    if len(node.value) > _LONGEST_PLAIN:
        raise ConfigError(lines.mistake(path, f"a number of {len(node.value)} characters", "put the value in quotes"))
    written_so = bool(path) and path[0] in lines.as_written
    if written_so and (path[-1] == "?" or node.tag == _TIME):
        return node.value
    read = pyyaml.constructor.SafeConstructor().construct_object(node, deep=True)
    return written.value(node.value, read) if written_so else read


def _mapping(node: pyyaml.MappingNode, path: tuple[Key, ...], lines: Lines, counted: list[int]) -> dict[Any, Any]:
    lines.note(path, node.start_mark.line + 1)
    result: dict[Any, Any] = {}
    for key_node, value_node in _merged(node, path, lines, counted):
        key = key_node.value if key_node.tag == _STR else _value(key_node, (*path, "?"), lines, counted)
        # YAML 1.1 reads the bare word `on` as true; every playbook has one.
        if key is True and key_node.value == "on":
            key = "on"
        if not isinstance(key, Hashable):
            raise ConfigError(Mistake(lines.file, key_node.start_mark.line + 1, "", "a key must be a plain word"))
        where = (*path, key if isinstance(key, int) and not isinstance(key, bool) else str(key))
        if key in result:
            raise ConfigError(Mistake(lines.file, key_node.start_mark.line + 1, ".".join(map(str, where)),
                                      f"key {key!r} stands twice", "keep one of them"))
        lines.note(where, key_node.start_mark.line + 1)
        result[key] = _value(value_node, where, lines, counted)
    return result


def _merged(node: pyyaml.MappingNode, path: tuple[Key, ...], lines: Lines, counted: list[int],
            depth: int = 0) -> list[tuple[pyyaml.Node, pyyaml.Node]]:
    """A mapping's pairs, those of `<<` among them: a key of the mapping's own wins over theirs, an earlier `<<` over a later."""
    pairs = [(key, value) for key, value in node.value if key.tag != _MERGE]
    if len(pairs) == len(node.value):
        return pairs
    own = {(key.tag, key.value) for key, _ in pairs if isinstance(key, pyyaml.ScalarNode)}
    for key, value in node.value:
        if key.tag != _MERGE:
            continue
        for one in value.value if isinstance(value, pyyaml.SequenceNode) else [value]:
            counted[0] += 1
            if not isinstance(one, pyyaml.MappingNode) or depth > _DEEPEST or counted[0] > _MOST_NODES:
                raise ConfigError(Mistake(lines.file, key.start_mark.line + 1, ".".join(map(str, (*path, "<<"))),
                                          "`<<` takes a mapping, or a few of them", "name an anchor: `<<: *anchor`"))
            new = [(k, v) for k, v in _merged(one, path, lines, counted, depth + 1) if not (isinstance(k, pyyaml.ScalarNode) and (k.tag, k.value) in own)]
            own |= {(k.tag, k.value) for k, _ in new if isinstance(k, pyyaml.ScalarNode)}
            pairs += new
    return pairs
