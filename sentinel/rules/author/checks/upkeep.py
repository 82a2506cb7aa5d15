"""What stands around a rule's detection: who it is, how grave, how costly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.records.event import ENVELOPE
from sentinel.rules.author.checks.remark import Around, Check, Said, Subject
from sentinel.rules.author.frameworks import unknown
from sentinel.rules.match.guard import guard
from sentinel.rules.tree import All, Exists, Item, Node, Not, Null, TimePart, fields

# ATT&CK is published twice a year, and rules use a new name sooner than our table has it.
_PERHAPS_NEWER = re.compile(r"attack\.(?:t\d{4}(?:\.\d{3})?|ta\d{4}|[a-z][a-z_-]+)", re.ASCII | re.IGNORECASE)
_TEXTS = ("falsepositives", "references", "tags")


def metadata(subject: Subject, around: Around) -> Iterator[Said]:
    info, document = subject.rule.info, subject.document
    if "id" not in document and not info.name:
        yield Said((), "no `id`, so it goes by its line in the file, and is another rule when that line moves",
                   "give it a UUID of its own")
    if info.id not in around.heard and "level" not in document:
        yield Said((), "no `level`, so it counts as medium", "write informational, low, medium, high or critical")
    for key in _TEXTS:
        for place, one in enumerate(document.get(key) or ()):
            if not isinstance(one, str):
                yield Said((key, place), "this is no text to YAML, which a colon or a bare number does", "put it in quotes")


def unknown_tag(subject: Subject, around: Around) -> Iterator[Said]:
    tags = list(subject.rule.info.tags)
    for tag, do in unknown(tag for tag in tags if not _PERHAPS_NEWER.fullmatch(tag)):
        yield Said(("tags", tags.index(tag)), f"{tag} names nothing", do)


def unguarded(subject: Subject, around: Around) -> Iterator[Said]:
    if subject.detection is None:
        return
    tree = subject.detection.tree
    if guard(tree, envelope=not ENVELOPE.isdisjoint(fields(tree))) is None:
        where, why = _unguarded(tree)
        yield Said(("detection", *where), f"{why}, so the rule is looked at for every event",
                   "join it by `and` to a field that few events have, or a text of four letters or more")


def _unguarded(node: Node) -> tuple[tuple[str | int, ...], str]:
    """The first part that rules no event out, and what it is about it."""
    if isinstance(node, Item):
        return node.path, _reason(node)
    if isinstance(node, Not):
        return _first(node.part), "what must not hold rules no event out"
    parts = [part for part in node.parts if isinstance(node, All) or guard(part) is None]
    return _unguarded((parts or list(node.parts))[0])


def _first(node: Node) -> tuple[str | int, ...]:
    while not isinstance(node, Item):
        node = node.part if isinstance(node, Not) else node.parts[0]
    return node.path


def _reason(item: Item) -> str:
    if item.field is None:
        return "keywords this short may stand anywhere"
    if item.field in ENVELOPE or any(isinstance(want, TimePart) for want in item.wants):
        return f"every event has {item.field}"
    if any(isinstance(want, (Null, Exists)) for want in item.wants):
        return "a field that is not there rules no event out"
    return "this rules no event out before it is looked at"


CHECKS = (
    Check("unknown-tag", "an ATLAS or OWASP tag that names nothing in the version that `rules coverage` knows, or an ATT&CK tag that cannot name anything", unknown_tag),
    Check("metadata", "no id, no level, or texts that YAML reads as something else", metadata),
    Check("unguarded", "nothing in the rule rules an event out cheaply, so it is looked at for every one", unguarded, "note"),
)
