"""Injection: texts that try to make a model drop its instructions, in plain words or hidden.

In: prompt and tool results of an event. Out: a score from 0 to 1, the signals it is made of, and where they stand. Two
witnesses are heard: families of phrases (the YAML files beside this one), and a linear model over n-grams (`_model.py`).
Each kind of phrase counts once and kinds add up as independent evidence does; one that is talked about (in quotation marks,
about attackers) counts for less. What both say adds up in log-odds, so either can be sure, and either can doubt the other.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from sentinel.detectors._base import Detector, Memory, Pseudonym, text_in
from sentinel.detectors._catalogue import load
from sentinel.detectors._phrases import Phrases
from sentinel.detectors.injection import _disguise, _spelled, _turns
from sentinel.detectors.injection._model import SHORT, Look, Model, probability, weights
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern, Scan

# What came from outside to the model is one side, whether a tool gave it back or it was looked up.
_READ = {"prompt": ("gen_ai.prompt",), "tool": ("gen_ai.tool.call.result", "gen_ai.retrieval.documents")}
_HIDDEN, _ENCODED, _WORDING = "injection.hidden_text", "injection.encoded", "injection.wording"
# From which share on there is a score, and the model's finding is told.
_LEAST, _TOLD = 0.02, 0.3
# What is undone where its sign occurs, and how.
_UNDONE = ((_disguise.DISGUISED, _disguise.plain), (_spelled.LEET, _spelled.lettered))
# Patterns of classes of letters share an automaton: apart they cost twice as much.
_RUNS = Pattern(f"{_disguise.ENCODED.expression}|{_spelled.SPACED}")
# A disguise is a signal by itself only together with what it hides.
_DISGUISE_WEIGHT, _MENTIONED = 0.6, 0.35
_LONGEST_LOOK = 200

# "tell users not to say: ...", "how do attackers get a bot to ..."
_ABOUT = re.compile(
    r"prompt.?injection|jail-?break(?:s|ing|ers?)?\b|red.?team|owasp|attack(?:s|er|ers)?\b|adversar|exploit|phish"
    r"|vulnerab|classif|detect|mitigat|prevent|defend|protect|example|such as|e\.g\.|called|phrases?|means?\b|research"
    r"|security|training data|dataset|blog|article|paper|tutorial|explain|guard against|block|filter|moderat|report")
_OTHERS = re.compile(
    r"\b(?:users?(?!\s{0,3}[:>\]|])|attackers?|someone|somebody|people|they|hackers?|adversar(?:y|ies)|customers?|students?|malicious|tr(?:y|ies|ying)"
    r"|attempts?|prompts? (?:that|which|like)|(?:inputs?|messages?|requests?|emails?|texts?) (?:that|which|like|saying)"
    r"|tell(?:s|ing)? (?:my|the|our|an?) (?:\w+ )?(?:bot|ai|model|assistant|chatbot|llm))\b[^.!?\n]{0,50}\Z")
_QUOTES = "\"'`“”‘’«»„「」"


class Heard(NamedTuple):
    """What the witnesses say of a text: findings, and the model's log-odds."""

    findings: list[Finding]
    odds: float

    def beside(self, other: Heard) -> Heard:
        """Of two texts that go the same way."""
        return Heard([*self.findings, *other.findings], max(self.odds, other.odds))


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
        self._model = Model(weights())
        self._undone = len(self._phrases.patterns)
        self._turns = self._undone + len(_UNDONE) + 2
        self._gate = self._turns + 1
        self._short = self._gate + len(self._model.gate)
        # Compiled here and not when first needed: that would hold up the first event by a third of a second.
        self._again = Scan(self._phrases.patterns)
        self._gates = Scan([*self._model.gate, *self._model.short])

    @property
    def patterns(self) -> Sequence[Pattern]:
        return [*self._phrases.patterns, *(sign for sign, _ in _UNDONE), _RUNS, _disguise.ROTATED, _turns.TURN,
                *self._model.gate, *self._model.short]

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        findings: list[Finding] = []
        # What the shared scan saw it saw in this text, when there is no other.
        hints = frozenset([hit for hit in hits if hit < self._undone]) if len(event.fields) == 1 else None
        for side, fields in _READ.items():
            heard = Heard([], -math.inf)
            for field in fields:
                if event.fields.get(field):
                    heard = heard.beside(self._look(text_in(event, field), hits, field, hints))
            share = round(probability(self._odds(heard)), 3)
            if share >= _LEAST:
                event.fields[f"sentinel.{side}.injection.score"] = share
            if heard.findings:
                event.fields[f"sentinel.{side}.injection.signals"] = sorted({f.type for f in heard.findings})
                findings += heard.findings
        return findings

    def phrases(self, text: str) -> list[Finding]:
        """The phrases in a text, plain and hidden; what the model is trained beside."""
        return self._read(text, frozenset(range(self._gate)), "")[0]

    def _odds(self, heard: Heard) -> float:
        return heard.odds + self._model.phrases * evidence(f for f in heard.findings if f.type != _WORDING)

    def _look(self, text: str, hits: frozenset[int], field: str, hints: frozenset[int] | None) -> Heard:
        findings, said = self._read(text, hits, field, hints)
        if not findings and len(said) == 1 and not self._open(text, hits, alone=hints is not None):
            return Heard([], -math.inf)
        looks = [look for part in said if (look := self._model.look(part)) is not None]
        best = max(looks, key=lambda look: look.odds, default=Look(0, 0, -math.inf))
        share = round(probability(best.odds), 2)
        if share >= _TOLD:
            # What is hidden is found in the whole of what hides it.
            start, end = (best.start, best.end) if best is looks[0] else (0, min(len(text), _LONGEST_LOOK))
            findings.append(Finding(_WORDING, field, start, end, share, False))
        return Heard(findings, best.odds)

    def _open(self, text: str, hits: frozenset[int], *, alone: bool) -> bool:
        """Whether the model is asked about a text in which no phrase was found. alone: `hits` are those of this text."""
        end = sys.maxsize if len(text) <= SHORT else self._short
        if not any(self._gate <= hit < end for hit in hits):
            return False
        return alone or any(self._gate + hit < end for hit in self._gates.hits(text))

    def _read(self, text: str, hits: frozenset[int], field: str, hints: frozenset[int] | None = None) -> tuple[list[Finding], list[str]]:
        """Phrases, and all that the text says: itself, and what it hides. hints: those in the text; None: they are looked for."""
        # Hints are ordinary words, and "openai" or "support-bot" stand in every record: what counts is the text that is read.
        findings: list[Finding] = []
        if self._phrases.wanted(hits if hints is None else hints):
            findings = self._phrased(text, self._again.hits(text) if hints is None else hints, field)
        said = [text]
        for number, (_, plain) in enumerate(_UNDONE):
            if self._undone + number in hits and (part := plain(text)) != text:
                said.append(part)
                findings += self._hidden(part, text, field, _HIDDEN, findings)
        runs, rotated = (self._turns - n in hits for n in (2, 1))
        if runs and (part := _spelled.joined(text)) != text:
            said.append(part)
            findings += self._hidden(part, text, field, _HIDDEN, findings)
        if runs or rotated:
            for part in _disguise.decoded(text, rotated=rotated):
                said.append(part)
                findings += self._hidden(part, text, field, _ENCODED, findings)
        if self._turns in hits and (weight := _turns.weigh(text)):
            findings.append(Finding("injection.many_shot", field, 0, len(text), weight, False))
        return findings, said

    def _phrased(self, text: str, hits: frozenset[int], field: str) -> list[Finding]:
        return [Finding(family.type, field, start, end, round(weight * _standing(text, start, end), 2), False)
                for family in self._phrases.wanted(hits) for start, end, weight in family.find(text)]

    def _hidden(self, said: str, text: str, field: str, kind: str, known: Sequence[Finding]) -> list[Finding]:
        """Phrases that only the undisguised text shows; they span the whole of the text that hides them."""
        seen = {f.type for f in known}
        new = {f.type: f.score for f in self._phrased(said, self._again.hits(said), field) if f.type not in seen}
        end = min(len(text), _LONGEST_LOOK)
        found = [Finding(type_, field, 0, end, weight, False) for type_, weight in new.items()]
        return [*found, Finding(kind, field, 0, end, _DISGUISE_WEIGHT, False)] if found else []


def evidence(findings: Iterable[Finding]) -> float:
    """What phrases say, as -log of the doubt that they leave: each kind counts once, with its surest phrase."""
    surest: dict[str, float] = {}
    for finding in findings:
        surest[finding.type] = max(finding.score, surest.get(finding.type, 0.0))
    return sum(-math.log(1.0 - min(weight, 0.99)) for weight in surest.values())


def _standing(text: str, start: int, end: int) -> float:
    """1 for a phrase that speaks to the model, less for one that is spoken about."""
    before = text[max(0, start - _LONGEST_LOOK):start].lower()
    if _OTHERS.search(before[-90:]):
        return _MENTIONED
    quoted = any(q in text[max(0, start - 40):start] for q in _QUOTES) and any(q in text[end:end + 60] for q in _QUOTES)
    return _MENTIONED if quoted and _ABOUT.search(before + text[end:end + 80].lower()) else 1.0
