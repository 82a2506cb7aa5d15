"""How a rule stands to the events that come and to the other rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from sentinel.config.mistakes import nearest
from sentinel.errors import Mistake
from sentinel.records.event import CATEGORIES, ENVELOPE
from sentinel.rules.author.cases import beside
from sentinel.rules.author.checks.remark import Around, Check, Said, Subject
from sentinel.rules.rule import Correlation, Detection, Rule
from sentinel.rules.tree import Same, items


def unknown_field(subject: Subject, around: Around) -> Iterator[Said]:
    if subject.detection and not subject.rule.info.foreign and subject.rule.info.category not in around.open:
        for name, path in _unknown(subject.detection, around.fields):
            yield Said(("detection", *path), f"no format and no detector sets the field {name}", nearest(name, around.fields, ""))


def unknown_fields(rules: Iterable[Rule], known: Collection[str]) -> list[Mistake]:
    """The same of many rules, each told at its title. Args: known: every field that a format or detector can set."""
    return [Mistake(rule.info.file, rule.info.line, f"detection: {name}", "no format and no detector sets this field",
                    nearest(name, known, ""))
            for rule in rules if isinstance(rule, Detection) and not rule.info.foreign
            for name, _ in _unknown(rule, known)]


def group_by(subject: Subject, around: Around) -> Iterator[Said]:
    rule = subject.correlation
    if rule is None or any(_foreign(around.rules.get(id_)) for id_ in rule.rules):
        return
    inherited = {name for id_ in rule.rules if isinstance(below := around.rules.get(id_), Correlation) for name in below.aliases}
    for place, name in enumerate(rule.group_by):
        behind = rule.aliases.get(name, {})
        for id_ in rule.rules if behind else ():
            if id_ not in behind:
                yield Said(("correlation", "aliases", name), f"the alias says nothing of the rule {id_}, so its events are in no group",
                           "add the field that it has there")
        for one in sorted(set(behind.values()) or {name}):
            if one not in inherited and not _is_set(one, around.fields):
                yield Said(("correlation", "group-by", place), f"no format and no detector sets the field {one}, so nothing is counted",
                           nearest(one, around.fields, ""))


def foreign_logs(subject: Subject, around: Around) -> Iterator[Said]:
    category = subject.rule.info.category
    if subject.detection and subject.rule.info.foreign:
        yield Said(("logsource",), f"the daemon reads no logs of {category}, so it never fires this rule",
                   f"its categories are {', '.join(CATEGORIES)}; `rules eval` runs the rule on files of any origin")


def never_seen(subject: Subject, around: Around) -> Iterator[Said]:
    info = subject.rule.info
    if info.id in around.heard and info.level in ("high", "critical"):
        yield Said(("level",), f"level {info.level} is never seen: only correlations listen to this rule",
                   "set `generate: true` in the correlation if it is to alert by itself")


def no_cases(subject: Subject, around: Around) -> Iterator[Said]:
    tested = ("regression_tests_path" in subject.document or "custom_attributes" in subject.document
              or "rsigma.exemplars" in subject.document)
    place = beside(Path(subject.rule.info.file))
    if not subject.rule.info.foreign and not tested and not place.exists() and _first_of_its_file(subject.rule, around):
        yield Said((), "no cases stand beside it", f"write {place.name}")


def benign(subject: Subject, around: Around) -> Iterator[Said]:
    count, first = around.benign.get(subject.rule.info.id, (0, ""))
    if count and subject.rule.info.level in ("medium", "high", "critical"):
        yield Said((), f"it fires {count} time(s) on {around.events:,} events of ordinary traffic, first on {first}",
                   "narrow it, or give it the level low")


def _first_of_its_file(rule: Rule, around: Around) -> bool:
    return next((one for one in around.rules.values() if one.info.file == rule.info.file), rule).info.id == rule.info.id


def _foreign(rule: Rule | None) -> bool:
    return isinstance(rule, Detection) and rule.info.foreign


def _unknown(rule: Detection, known: Collection[str]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Fields that nobody sets, each with the first line that speaks of it."""
    seen: dict[str, tuple[str | int, ...]] = {}
    for leaf in items(rule.tree):
        for name in (leaf.field or "", *(want.other for want in leaf.wants if isinstance(want, Same))):
            if name and not _is_set(name, known):
                seen.setdefault(name, leaf.path)
    return iter(seen.items())


def _is_set(name: str, known: Collection[str]) -> bool:
    return not known or name in known or name in ENVELOPE or name.startswith("labels.")


CHECKS = (
    Check("unknown-field", "a field that no format and no detector sets", unknown_field),
    Check("group-by", "a group that no event is in: nobody sets its field, or an alias leaves a rule out", group_by),
    Check("foreign-logs", "a rule about logs that the daemon does not read", foreign_logs, "note"),
    Check("never-seen", "a high or critical level on a rule that only correlations listen to", never_seen),
    Check("no-cases", "no cases stand beside the rule", no_cases),
    Check("benign", "it fires on the shipped sample of ordinary traffic with a level above low", benign),
)
