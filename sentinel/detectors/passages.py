"""The same long passage, word for word, in answers to several principals that asked different things.

A model that has learnt a text by heart gives it to whoever comes near. In: completions. Out: how many principals have got the
same passage, and how many words of the answer are in such passages. A passage is a sentence or line of `_SHORTEST` letters or
more; of an answer the longest `_MOST_PASSAGES` count. What stands in the prompt, the system text or the documents looked up was
given to the model and does not count; nor does an answer to the same question; and what `COMMON` principals have got is
boilerplate. Remembered are keyed digests, at most `_BUCKETS` x `_PER_BUCKET`, the least recent ones go first.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from heapq import nlargest
from typing import ClassVar

from sentinel.corpus.fingerprint import words
from sentinel.detectors._base import Detector, Memory, Pseudonym, text_in
from sentinel.records.event import Event
from sentinel.records.finding import Finding

SEVERAL, COMMON = 3, 20
_SHORTEST, _MOST_PASSAGES = 60, 12
# An answer with less than this cannot hold much by heart, and most are shorter.
_SHORTEST_ANSWER = 600
_BUCKETS, _PER_BUCKET = 4_096, 24
_PRINCIPALS = ("sentinel.key.hash", "user.id", "source.ip")
_GIVEN = ("gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.retrieval.documents")
_MARKS = " \t\r#*>-_`|\"'“”"

# Who got a passage, and what he had asked: a digest each.
_Got = tuple[int, int]


class Passages(Detector):
    """Remembers which passages went to whom."""

    name = "passages"
    fields: ClassVar = {
        "sentinel.completion.verbatim.principals": "principals that got the same long passage word for word, to different questions; "
                                                   f"absent below {SEVERAL} and from {COMMON} on",
        "sentinel.completion.verbatim.tokens": "words of the completion in such passages",
    }
    needs: ClassVar = (frozenset({"gen_ai.completion"}),)
    reads: ClassVar = frozenset({"gen_ai.completion"})

    def __init__(self, pseudonym: Pseudonym | None = None) -> None:
        super().__init__(pseudonym)
        # A key of its own; eight names of 32 bits.
        self._key = "".join(pseudonym("PASSAGE", str(n)) for n in range(8)).encode()[-64:] if pseudonym else b""

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        text = text_in(event, "gen_ai.completion")
        who = next((value for name in _PRINCIPALS if isinstance(value := event.fields.get(name), str)), None)
        if len(text) < _SHORTEST_ANSWER or who is None:
            return []
        given = "\n".join(text_in(event, name) for name in _GIVEN)
        got = self._digest(who), self._digest(text_in(event, "gen_ai.prompt"))
        shared = {passage: count for passage in _passages(text)
                  if passage not in given and SEVERAL <= (count := self._count(passage, got, memory, event.at)) < COMMON}
        if shared:
            event.fields["sentinel.completion.verbatim.principals"] = max(shared.values())
            event.fields["sentinel.completion.verbatim.tokens"] = sum(len(words(passage)) for passage in shared)
        return []

    def _count(self, passage: str, got: _Got, memory: Memory, at: int) -> int:
        """Note who got a passage. Returns: how many have, each with a question of his own."""
        digest = self._digest(passage.casefold())
        key = f"{digest % _BUCKETS:03x}"
        bucket = memory.get(key) or ()
        known: list[_Got] = next((entry[1] for entry in bucket if entry[0] == digest), [])
        if len(known) < COMMON and all(tuple(one) != got for one in known):
            # Of a principal the first question stays.
            known = known if any(one[0] == got[0] for one in known) else [*known, got]
            others = [entry for entry in bucket if entry[0] != digest][1 - _PER_BUCKET:]
            memory.put(key, [*others, (digest, known)], at)
        return len({question for _, question in known})

    def _digest(self, text: str) -> int:
        return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=7, key=self._key).digest(), "little")


def _passages(text: str) -> list[str]:
    """The longest sentences and lines of a text, each once."""
    return nlargest(_MOST_PASSAGES, _long(text), key=len)


def _long(text: str) -> Iterator[str]:
    for mark in ("\n", "? ", "! ", "。"):
        text = text.replace(mark, ". ")
    parts = (part.strip(_MARKS) for part in text.split(". "))
    return iter(dict.fromkeys(part for part in parts if len(part) >= _SHORTEST))
