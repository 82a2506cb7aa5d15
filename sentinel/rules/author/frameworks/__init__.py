"""What the tags of rules point at: MITRE ATLAS, the OWASP Top 10 for LLM applications, MITRE ATT&CK.

In: nothing but the tables beside this file, which name their version and where it was published. Out: frameworks, and which
tags name nothing in them. A tag is the namespace and the id, in lower case: `atlas.aml.t0051`, `owasp.llm01`, `attack.t1078`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from sentinel.config.mistakes import nearest

NAMES = ("owasp", "atlas", "attack")
# Groups, software and campaigns of ATT&CK: real tags of Sigma's, which no table here lists.
_LISTED_ELSEWHERE = re.compile(r"attack\.[gsc]\d{4}", re.ASCII)


class Tactic(Struct, frozen=True):
    id: str
    name: str

    @property
    def slug(self) -> str:
        """As Navigator layers and Sigma's tags write it: "initial-access"."""
        return self.name.lower().replace(" ", "-")


class Technique(Struct, frozen=True):
    """A technique or a risk.

    Attributes:
        name: a sub-technique's with its parent's: "Brute Force: Credential Stuffing". tactics: ids.
        hidden: what of it no log of requests can show; else empty.
    """

    id: str
    name: str
    tactics: tuple[str, ...] = ()
    hidden: str = ""

    @property
    def parent(self) -> str:
        """The id of the technique that this is a kind of; empty when it is none. "AML.T0051.001" is one of "AML.T0051"."""
        head, _, last = self.id.rpartition(".")
        return head if last.isdigit() and head else ""


class Framework(Struct, frozen=True):
    """Attributes: name, version, source: of the published data. tactics: in the order of its matrix; a list of risks has none."""

    name: str
    version: str
    source: str
    tactics: tuple[Tactic, ...]
    techniques: tuple[Technique, ...]


@cache
def framework(name: str) -> Framework:
    """Args: name: one of `NAMES`."""
    text = (resources.files(__name__) / f"{name}.json").read_bytes()
    return msgspec.json.decode(text, type=Framework)


def unknown(tags: Iterable[str]) -> list[tuple[str, str]]:
    """Tags of these frameworks that name nothing in them, each with what to write instead.

    Tags of other namespaces (`cve`, `detection`, your own) are nobody's to judge.
    """
    return [(tag, _advice(tag)) for tag in tags if tag.partition(".")[0].lower() in NAMES
            and tag.lower() not in _known(tag.partition(".")[0].lower()) and not _LISTED_ELSEWHERE.fullmatch(tag.lower())]


def _advice(tag: str) -> str:
    name = tag.partition(".")[0].lower()
    known = framework(name)
    return nearest(tag.lower(), _known(name), f"see {known.source}") + f" ({known.name} {known.version})"


@cache
def _known(name: str) -> frozenset[str]:
    known = framework(name)
    ids = [*(one.id for one in known.techniques), *(one.id for one in known.tactics)]
    # Sigma writes ATT&CK's tactics by name, with dashes now and with underscores before.
    slugs = [form for one in known.tactics for form in (one.slug, one.slug.replace("-", "_"))]
    return frozenset(f"{name}.{id_.lower()}" for id_ in (*ids, *slugs))
