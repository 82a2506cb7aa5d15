"""YAML that remembers on which line each key stood, so that every mistake can be named by file, line and key.

In: a file. Out: plain values, and `Lines`, which maps a path of keys to a line. Refuses duplicate keys, bombs of
aliases and everything but plain data.
"""

from __future__ import annotations

import stat
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import yaml as pyyaml

from sentinel.errors import ConfigError, Mistake

Key = str | int
# libyaml where there is one: ten times as fast, which thousands of rules feel.
_LOADER: Any = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)
_BIGGEST = 4 * 1024 * 1024
_MOST_NODES = 200_000
_DEEPEST = 60
_PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_TEXT = "tag:yaml.org,2002:str"


class Lines:
    """Where things stand in one YAML document. A path is a sequence of keys and list indexes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: dict[tuple[Key, ...], int] = {}

    def note(self, path: tuple[Key, ...], line: int) -> None:
        self._lines.setdefault(path, line)

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
    file = name or str(path)
    try:
        known = path.stat()
        if not (stat.S_ISREG(known.st_mode) or stat.S_ISDIR(known.st_mode)):
            # A pipe would stop a reload, and with it the watchdog; /dev/zero has no size and no end.
            raise ConfigError(Mistake(file, 0, "", "neither a file nor a folder", "name a file"))
        if known.st_size > _BIGGEST:
            raise ConfigError(Mistake(file, 0, "", f"larger than {_BIGGEST} bytes", "split it"))
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(Mistake(file, 0, "", error.strerror or str(error), "check the path and its permissions")) from error
    except UnicodeDecodeError as error:
        raise ConfigError(Mistake(file, 0, "", f"not UTF-8 at byte {error.start}", "save it as UTF-8")) from error
    return parse_all(text, file)


def parse_all(text: str, file: str) -> list[tuple[Any, Lines]]:
    """All documents of a YAML text. Raises: ConfigError."""
    try:
        nodes = list(pyyaml.compose_all(text, Loader=_LOADER))
        return [_document(node, file) for node in nodes if node is not None]
    except pyyaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise ConfigError(Mistake(file, line, "", f"not YAML: {what}", "check indentation and quotes")) from error
    except (pyyaml.YAMLError, ValueError, OverflowError) as error:
        raise ConfigError(Mistake(file, 0, "", f"not YAML: {error}", "check indentation and quotes")) from error
    except RecursionError as error:
        raise ConfigError(Mistake(file, 0, "", "nested too deeply", "flatten it")) from error


def load(path: Path, name: str = "") -> tuple[Any, Lines]:
    """The one document of a YAML file (None when empty). Raises: ConfigError."""
    documents = load_all(path, name)
    file = name or str(path)
    if len(documents) > 1:
        raise ConfigError(Mistake(file, 0, "", f"{len(documents)} documents", "keep one, without a `---` between"))
    return documents[0] if documents else (None, Lines(file))


def _document(node: pyyaml.Node, file: str) -> tuple[Any, Lines]:
    lines = Lines(file)
    counted = [0]
    return _value(node, (), lines, counted), lines


def _value(node: pyyaml.Node, path: tuple[Key, ...], lines: Lines, counted: list[int]) -> Any:
    counted[0] += 1
    if counted[0] > _MOST_NODES or len(path) > _DEEPEST:
        raise ConfigError(lines.mistake(path, "too many or too deeply nested values (aliases count each time)"))
    if isinstance(node, pyyaml.CollectionNode) and node.tag not in _PLAIN:
        raise ConfigError(Mistake(lines.file, node.start_mark.line + 1, ".".join(map(str, path)),
                                  f"tag {node.tag!r} is not supported", "write plain values"))
    if isinstance(node, pyyaml.MappingNode):
        return _mapping(node, path, lines, counted)
    lines.note(path, node.start_mark.line + 1)
    if isinstance(node, pyyaml.SequenceNode):
        return [_value(item, (*path, i), lines, counted) for i, item in enumerate(node.value)]
    if node.tag == _TEXT:
        return node.value
    return pyyaml.constructor.SafeConstructor().construct_object(node, deep=True)


def _mapping(node: pyyaml.MappingNode, path: tuple[Key, ...], lines: Lines, counted: list[int]) -> dict[Any, Any]:
    lines.note(path, node.start_mark.line + 1)
    result: dict[Any, Any] = {}
    for key_node, value_node in _merged(node, path, lines):
        key = _value(key_node, (*path, "?"), lines, counted)
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


def _merged(node: pyyaml.MappingNode, path: tuple[Key, ...], lines: Lines) -> list[tuple[pyyaml.Node, pyyaml.Node]]:
    for key, _ in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            raise ConfigError(Mistake(lines.file, key.start_mark.line + 1, ".".join(map(str, path)),
                                      "merge keys (<<) are not supported", "write the keys out"))
    return list(node.value)
