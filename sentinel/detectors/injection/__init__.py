"""Injection: phrases that try to make a model drop its instructions, and texts that hide such phrases.

In: prompt and tool results of an event. Out: a score from 0 to 1, the signals it is made of, and where they stand. One
sure phrase is enough; several weak ones add up as independent evidence does. A phrase that is talked about (in
quotation marks, about users or attackers) counts for less. The families are the YAML files beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from sentinel.detectors._base import Detector, Memory, Pseudonym
from sentinel.detectors._catalogue import load
from sentinel.detectors._phrases import Phrases
from sentinel.detectors.injection import _disguise
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern, Scan, joined

# What came from outside to the model is one side, whether a tool gave it back or it was looked up.
_READ = {"prompt": ("gen_ai.prompt",), "tool": ("gen_ai.tool.call.result", "gen_ai.retrieval.documents")}
_HIDDEN, _ENCODED = "injection.hidden_text", "injection.encoded"
# A disguise is a signal by itself only together with what it hides.
_DISGUISE_WEIGHT, _MENTIONED = 0.6, 0.35
_LONGEST_LOOK = 200

# "tell users not to say: ...", "how do attackers get a bot to ..."
_ABOUT = re.compile(
    r"prompt.?injection|jail-?break(?:s|ing|ers?)?\b|red.?team|owasp|attack(?:s|er|ers)?\b|adversar|exploit|phish"
    r"|vulnerab|classif|detect|mitigat|prevent|defend|protect|example|such as|e\.g\.|called|phrases?|means?\b|research"
    r"|security|training data|dataset|blog|article|paper|tutorial|explain|guard against|block|filter|moderat|report")
_OTHERS = re.compile(
    r"\b(?:users?|attackers?|someone|somebody|people|they|hackers?|adversar(?:y|ies)|customers?|students?|malicious|tr(?:y|ies|ying)"
    r"|attempts?|prompts? (?:that|which|like)|(?:inputs?|messages?|requests?|emails?|texts?) (?:that|which|like|saying)"
    r"|tell(?:s|ing)? (?:my|the|our|an?) (?:\w+ )?(?:bot|ai|model|assistant|chatbot|llm))\b[^.!?\n]{0,50}\Z")
_QUOTES = "\"'`“”‘’«»„「」"


class Injection(Detector):
    """Scores prompts and tool results."""

    name = "injection"
    # A client of OpenAI names itself "OpenAI", which is a hint, in every access line.
    reads: ClassVar = frozenset[str]().union(*_READ.values())
    fields: ClassVar = {
        "sentinel.prompt.injection.score": "0 to 1: how surely the prompt tries to override the model's instructions",
        "sentinel.prompt.injection.signals": "the kinds of phrases that say so, sorted",
        "sentinel.tool.injection.score": "the same for what a tool returned to the model, or was looked up for it",
        "sentinel.tool.injection.signals": "the same for what a tool returned to the model, or was looked up for it",
    }

    def __init__(self, pseudonym: Pseudonym | None = None) -> None:
        super().__init__(pseudonym)
        self._phrases = Phrases(load(Path(__file__).parent))
        self._disguised = len(self._phrases.patterns)
        # Compiled here and not when first needed: that would hold up the first event by a third of a second.
        self._again = Scan(self._phrases.patterns)

    @property
    def patterns(self) -> Sequence[Pattern]:
        return [*self._phrases.patterns, _disguise.DISGUISED, _disguise.ENCODED, _disguise.ROTATED]

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        findings: list[Finding] = []
        for side, fields in _READ.items():
            found = [finding for field in fields if (value := event.fields.get(field))
                     for finding in self._look(joined(value) if isinstance(value, list) else str(value), hits, field)]
            if found:
                event.fields[f"sentinel.{side}.injection.score"] = score(found)
                event.fields[f"sentinel.{side}.injection.signals"] = sorted({f.type for f in found})
                findings += found
        return findings

    def _look(self, text: str, hits: frozenset[int], field: str) -> list[Finding]:
        # Hints are ordinary words, and "openai" or "support-bot" stand in every record: what counts is the text that is read.
        findings = self._phrased(text, self._hints(text), field) if self._phrases.wanted(hits) else []
        disguised, encoded, rotated = (self._disguised + n in hits for n in range(3))
        if disguised:
            findings += self._hidden(_disguise.plain(text), text, field, _HIDDEN, findings)
        if encoded or rotated:
            for said in _disguise.decoded(text, rotated=rotated):
                findings += self._hidden(said, text, field, _ENCODED, findings)
        return findings

    def _phrased(self, text: str, hits: frozenset[int], field: str) -> list[Finding]:
        return [Finding(family.type, field, start, end, round(weight * _standing(text, start, end), 2), False)
                for family in self._phrases.wanted(hits) for start, end, weight in family.find(text)]

    def _hints(self, text: str) -> frozenset[int]:
        return self._again.hits(text)

    def _hidden(self, said: str, text: str, field: str, kind: str, known: Sequence[Finding]) -> list[Finding]:
        """Phrases that only the undisguised text shows; they span the whole of the text that hides them."""
        seen = {f.type for f in known}
        new = {f.type: f.score for f in self._phrased(said, self._hints(said), field) if f.type not in seen}
        end = min(len(text), _LONGEST_LOOK)
        found = [Finding(type_, field, 0, end, weight, False) for type_, weight in new.items()]
        return [*found, Finding(kind, field, 0, end, _DISGUISE_WEIGHT, False)] if found else []


def score(findings: Sequence[Finding]) -> float:
    """Each kind counts once, with its surest phrase; kinds add up as independent evidence."""
    surest: dict[str, float] = {}
    for finding in findings:
        surest[finding.type] = max(finding.score, surest.get(finding.type, 0.0))
    doubt = 1.0
    for weight in surest.values():
        doubt *= 1.0 - weight
    return round(1.0 - doubt, 3)


def _standing(text: str, start: int, end: int) -> float:
    """1 for a phrase that speaks to the model, less for one that is spoken about."""
    before = text[max(0, start - _LONGEST_LOOK):start].lower()
    if _OTHERS.search(before[-90:]):
        return _MENTIONED
    quoted = any(q in text[max(0, start - 40):start] for q in _QUOTES) and any(q in text[end:end + 60] for q in _QUOTES)
    return _MENTIONED if quoted and _ABOUT.search(before + text[end:end + 80].lower()) else 1.0
