"""All that `sentinel rules check` looks at, beyond what keeps a rule from loading.

In: loaded rules, what is known of events, and which validators run. Out: remarks, each under the name of its check, in the
files' order. A rule's author silences a check where he means what he wrote: `# sentinel: ignore NAME` in the rule's document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.errors import Mistake
from sentinel.rules.author.checks import meaning, patterns, surroundings, upkeep
from sentinel.rules.author.checks.remark import Around, Check, Remark, Subject
from sentinel.rules.author.checks.validators import KNOWN, Validators
from sentinel.rules.loaded import Loaded
from sentinel.rules.read import collection
from sentinel.rules.rule import Rule

CHECKS: tuple[Check, ...] = (*meaning.CHECKS, *patterns.CHECKS, *surroundings.CHECKS, *upkeep.CHECKS)
# What is told of files rather than of rules that work.
LOADING = {
    "load": "a mistake that keeps the rule out, or what reading it warns of (a filter that narrows no rule)",
    "not-linear": "a pattern that cannot run in linear time; keeps the rule out",
    "ignore": "`# sentinel: ignore` names no check",
}
NAMES = frozenset({*(check.name for check in CHECKS), *LOADING})
_IGNORE = re.compile(r"#\s*sentinel:\s*ignore\s+([\w-]+(?:\s*,\s*[\w-]+)*)")


class _Document(Struct):
    """One rule's document. first, last: lines of the file that it takes up. silent: checks that it does not want to hear."""

    value: Any
    lines: yaml.Lines
    first: int
    last: int
    silent: frozenset[str] = frozenset()


def check(files: Iterable[Path], loaded: Loaded, around: Around, validators: Validators | None = None,
          excluded: Callable[[str, str], bool] = lambda rule, name: False) -> Iterator[Remark]:
    """Every remark on the rules of `files`, a file after the other.

    Args:
        excluded: whether a rule (by id) is to be spared a check of ours, as a validation config says.
    """
    problems = _by_file(loaded)
    rules: dict[str, list[Rule]] = {}
    for rule in loaded.rules:
        rules.setdefault(rule.info.file, []).append(rule)
    for path in files:
        yield from problems.pop(str(path), [])
        documents = _documents(path)
        for document in documents:
            yield from _unknown_names(document)
        found = (remark for remark in _file(documents, rules.get(str(path), []), around, validators)
                 if not excluded(remark.rule, remark.check) and not _silenced(remark, documents))
        yield from sorted(found, key=lambda remark: remark.line)
    for rest in problems.values():
        yield from rest
    yield from validators.rest() if validators else ()


def _by_file(loaded: Loaded) -> dict[str, list[Remark]]:
    found: dict[str, list[Remark]] = {}
    for mistake in loaded.mistakes:
        found.setdefault(mistake.file, []).append(_loading(mistake, "mistake"))
    for warning in loaded.warnings:
        found.setdefault(warning.file, []).append(_loading(warning, "warning"))
    return found


def _loading(one: Mistake, kind: Any) -> Remark:
    return Remark(one.file, one.line, one.key, "", kind, "not-linear" if "linear time" in one.what else "load", one.what, one.do)


def _file(documents: list[_Document], rules: list[Rule], around: Around, validators: Validators | None) -> Iterator[Remark]:
    for rule in rules:
        document = next((one for one in documents if one.lines.of(("title",)) == rule.info.line), None)
        if document is None:
            continue
        subject = Subject(rule, document.value, document.lines)
        for one in CHECKS:
            for said in one.ask(subject, around):
                mistake = document.lines.mistake(said.path, said.what, said.do)
                # What is about the whole rule stands at its title.
                yield Remark(mistake.file, mistake.line if said.path else rule.info.line, mistake.key, rule.info.id, one.kind, one.name,
                             said.what, said.do)
        if validators:
            yield from validators.ask(document.value, document.lines, rule.info.id)


def _documents(path: Path) -> list[_Document]:
    """Those of a file that can be read; why one cannot, the loader has said."""
    try:
        read, text = collection.documents(path, []), path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return []
    written = text.splitlines()
    breaks = [0, *(number for number, line in enumerate(written, 1) if line.startswith("---")), len(written) + 1]
    found = []
    for value, lines in ((one.value, one.lines) for one in read if isinstance(one.value, dict)):
        at = lines.of(())
        first, last = max(b for b in breaks if b <= at), min(b for b in breaks if b > at)
        found.append(_Document(value, lines, first, last, _ignored(written[first:last])))
    return found


def _ignored(lines: list[str]) -> frozenset[str]:
    return frozenset(name.strip() for line in lines for found in _IGNORE.findall(line) for name in found.split(","))


def _unknown_names(document: _Document) -> Iterator[Remark]:
    for name in sorted(document.silent - NAMES - KNOWN.keys()):
        yield Remark(document.lines.file, document.lines.of(("title",)), "", str(document.value.get("id") or ""), "warning", "ignore",
                     f"`# sentinel: ignore` names {name!r}, which is no check", nearest(name, {*NAMES, *KNOWN}))


def _silenced(remark: Remark, documents: list[_Document]) -> bool:
    return any(one.first <= remark.line <= one.last and remark.check in one.silent for one in documents)
