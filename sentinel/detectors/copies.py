"""What an answer copies: from a protected document, or a canary string.

In: a completion, and the library of corpora and canaries that the daemon keeps (`Copies.library`; without one this detector has
nothing to compare with and costs a look-up). Out: which document, how long the longest common run is, how much of the answer is
taken from it. Prompts are looked into for canaries alone: whoever sends one has the text that it was planted in.
"""

from __future__ import annotations

from typing import ClassVar

from sentinel.corpus.fingerprint import GUARANTEED, words
from sentinel.corpus.library import Library
from sentinel.detectors._base import Detector, Memory, text_in
from sentinel.records.event import Event
from sentinel.records.finding import Finding

_PROMPT, _COMPLETION = "gen_ai.prompt", "gen_ai.completion"
_GIVEN = (_PROMPT, "gen_ai.system_instructions", "gen_ai.retrieval.documents")
# The part of the longest run that is looked for in what went in.
_MOST_WORDS = 2_000


class Copies(Detector):
    """Compares completions with the corpora.

    Attributes: library: what is protected; the daemon sets and refreshes it.
    """

    name = "copies"
    fields: ClassVar = {
        "sentinel.completion.overlap.document": "protected document that the completion has the longest run of words in common with",
        "sentinel.completion.overlap.corpus": "corpus that this document is in",
        "sentinel.completion.overlap.tokens": f"words of that run (a letter, where a script has no spaces); absent below {GUARANTEED}",
        "sentinel.completion.overlap.share": "0 to 1: how much of the completion is taken from this document",
        "sentinel.completion.overlap.given": "true: the run stands in the prompt, the system text or the documents looked up, too",
        "sentinel.completion.canary": "names of the canary strings in the completion, sorted",
        "sentinel.prompt.canary": "names of the canary strings in the prompt, sorted",
    }
    needs: ClassVar = (frozenset({_COMPLETION}), frozenset({_PROMPT}))
    reads: ClassVar = frozenset({_COMPLETION, _PROMPT})
    library: Library | None = None

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        library = self.library
        if library is None or not (library.corpora or library.canaries.all):
            return []
        said = words(text_in(event, _COMPLETION))
        if library.corpora and len(said) >= GUARANTEED:
            _overlap(event, said, library)
        if library.canaries.all:
            for side, side_words in (("completion", said), ("prompt", words(text_in(event, _PROMPT)))):
                if names := library.canaries.found(side_words):
                    event.fields[f"sentinel.{side}.canary"] = names
        return []


def _overlap(event: Event, said: list[bytes], library: Library) -> None:
    prints = library.printer.of_words(said)
    found = [one for corpus in library.corpora for one in corpus.overlaps(prints)[:1]]
    if not found:
        return
    longest = max(found, key=lambda one: (one.tokens, one.covered))
    event.fields.update({
        "sentinel.completion.overlap.document": longest.document,
        "sentinel.completion.overlap.corpus": longest.corpus,
        "sentinel.completion.overlap.tokens": longest.tokens,
        "sentinel.completion.overlap.share": round(longest.covered / len(said), 3),
    })
    run = b" ".join(said[longest.first:longest.first + min(longest.tokens, _MOST_WORDS)])
    if any(run in b" ".join(words(text_in(event, name))) for name in _GIVEN):
        event.fields["sentinel.completion.overlap.given"] = True
