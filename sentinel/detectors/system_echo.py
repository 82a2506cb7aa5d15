"""How much of the system text a completion gives away: the longest run of words that it repeats.

In: an event with both texts. Out: `sentinel.completion.system_overlap`. Linear in both texts: runs of eight words are
looked up in a set. Letters' case, punctuation and line breaks do not count, so quoting or a list does not hide it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar

from sentinel.detectors._base import Detector, Memory, text_in
from sentinel.records.event import Event
from sentinel.records.finding import Finding

LEAST = 8
_PROBE = 4
_MOST_WORDS = 50_000
# Chinese, Japanese and Korean write without spaces: there each character is taken, and counts for half a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]++")
_Runs = frozenset[tuple[str, ...]]


class SystemEcho(Detector):
    """Compares completion and system text of each event that has both."""

    name = "system_echo"
    fields: ClassVar = {"sentinel.completion.system_overlap": "longest run of words of the system text that the completion "
                                                    f"repeats; absent below {LEAST}"}
    needs: ClassVar = (frozenset({"gen_ai.system_instructions", "gen_ai.completion"}),)

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        overlap = longest_run(text_in(event, "gen_ai.system_instructions"), text_in(event, "gen_ai.completion"))
        if overlap >= LEAST:
            event.fields["sentinel.completion.system_overlap"] = overlap
        return []


def longest_run(system: str, completion: str) -> int:
    """Length in words of the longest run of `system`'s words in `completion`; 0 when it is shorter than `LEAST`."""
    probes, runs = _runs_cached(system) if len(system) <= 32_768 else _runs(system)
    if not runs:
        return 0
    words = _words(completion)
    # A run of seven words or more holds four that begin at a multiple of four: a clean completion costs one look-up
    # for every fourth word.
    if not any(tuple(words[at:at + _PROBE]) in probes for at in range(0, len(words) - _PROBE + 1, _PROBE)):
        return 0
    best = best_end = run = 0
    for at in range(len(words) - LEAST + 1):
        run = run + 1 if tuple(words[at:at + LEAST]) in runs else 0
        if run > best:
            best, best_end = run, at + LEAST
    if not best:
        return 0
    repeated = words[best_end - best - LEAST + 1:best_end]
    return len(repeated) - sum(len(word) == 1 and word >= "\u3040" for word in repeated) // 2


def _runs(system: str) -> tuple[_Runs, _Runs]:
    words = _words(system)[:_MOST_WORDS]
    return (frozenset(tuple(words[at:at + _PROBE]) for at in range(len(words) - _PROBE + 1)),
            frozenset(tuple(words[at:at + LEAST]) for at in range(len(words) - LEAST + 1)))


# An application sends the same system text with every request.
_runs_cached = lru_cache(maxsize=64)(_runs)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
