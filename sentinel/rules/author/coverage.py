"""Which risks and techniques rules look for, and which they do not: `sentinel rules coverage`.

In: rules, by their tags. Out: a row for each technique of a framework, and a layer for its Navigator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from sentinel.records.alert import LEVELS
from sentinel.rules.author.cases import beside
from sentinel.rules.author.frameworks import Framework, Technique
from sentinel.rules.rule import RuleInfo

_LAYER, _NAVIGATOR = "4.5", "4.9.0"
# ATLAS publishes its own layers under this domain; its Navigator opens no other.
_DOMAINS = {"atlas": "atlas-atlas", "attack": "enterprise-attack"}
MAPPED = tuple(_DOMAINS)
_FEW, _MANY = "#dbe9f6", "#08519c"


class Looking(Struct, frozen=True):
    """A rule, as coverage tells of it. tested: cases stand beside it."""

    id: str
    title: str
    level: str
    tested: bool


class Row(Struct, frozen=True):
    """One technique or risk.

    Attributes:
        framework: as tags name it: "atlas". version: of the published data. tag: as rules write it.
        tactics: names. rules: that carry the tag, the gravest first. hidden: what of it no log of requests can show.
        parts: ids of its sub-techniques that have rules, so that it is no gap though it has none itself.
    """

    framework: str
    version: str
    id: str
    tag: str
    name: str
    tactics: tuple[str, ...]
    rules: tuple[Looking, ...]
    parts: tuple[str, ...] = ()
    hidden: str = ""

    @property
    def covered(self) -> bool:
        return bool(self.rules or self.parts)


def rows(name: str, known: Framework, rules: Iterable[RuleInfo]) -> list[Row]:
    """Every technique of a framework, in its order.

    Args:
        name: of the framework, as tags begin.
    """
    by_tag: dict[str, list[RuleInfo]] = {}
    for info in sorted(rules, key=lambda one: (-LEVELS.index(one.level), one.title)):
        for tag in dict.fromkeys(tag.lower() for tag in info.tags):
            by_tag.setdefault(tag, []).append(info)
    tested = {file: beside(Path(file)).exists() for file in {one.file for some in by_tag.values() for one in some}}
    titles = {one.id: one.name for one in known.tactics}
    parts = _parts(name, known.techniques, by_tag)
    return [Row(name, known.version, one.id, tag := f"{name}.{one.id.lower()}", one.name, tuple(titles[t] for t in one.tactics),
                tuple(Looking(info.id, info.title, info.level, tested[info.file]) for info in by_tag.get(tag, ())),
                tuple(parts.get(one.id, ())), one.hidden) for one in known.techniques]


def _parts(name: str, techniques: Sequence[Technique], by_tag: dict[str, list[RuleInfo]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in techniques:
        if one.parent and f"{name}.{one.id.lower()}" in by_tag:
            found.setdefault(one.parent, []).append(one.id)
    return found


def layer(name: str, known: Framework, found: Sequence[Row]) -> dict[str, Any]:
    """A Navigator layer (format 4.5): the score of a technique is how many rules name it, the comment their titles.

    Args:
        name: one of `MAPPED`.
    """
    chosen = [one for one in found if one.rules]
    most = max((len(one.rules) for one in chosen), default=1)
    versions = {"layer": _LAYER, "navigator": _NAVIGATOR}
    if name == "attack":
        versions["attack"] = known.version.partition(".")[0]
    return {
        "versions": versions, "domain": _DOMAINS[name], "name": "sentinel rules",
        "description": f"Techniques of {known.name} {known.version} that rules look for; the score is how many.",
        "sorting": 3, "layout": {"layout": "side", "showID": True, "showName": True, "expandedSubtechniques": "annotated"},
        "techniques": [_cell(one) for one in chosen],
        "gradient": {"colors": [_FEW, _MANY], "minValue": 0, "maxValue": most},
    }


def _cell(row: Row) -> dict[str, Any]:
    return {"techniqueID": row.id, "score": len(row.rules), "enabled": True,
            "comment": "\n".join(f"{one.level}: {one.title}" + ("" if one.tested else " (no cases)") for one in row.rules)}
