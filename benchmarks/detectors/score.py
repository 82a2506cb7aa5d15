"""Precision, recall and F2 of each type, and texts with a false positive among a thousand that hold nothing.

    python -m benchmarks.detectors.score numbers negatives --held --seed 2
    python -m benchmarks.detectors.score FILE.jsonl --found WHAT_A_PEER_FOUND.jsonl --show 20

A span counts as found when one of its type covers half of it or more and is at most twice as long as what they share. One of
another type is both a miss and a false positive.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.detectors.sample import Sample, Span, read, write

Finder = Callable[[str], list[Span]]


class Count(NamedTuple):
    """Of one type: found and there, found and not there, there and not found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f2(self) -> float:
        weighed = 5 * self.right + 4 * self.missed + self.wrong
        return 5 * self.right / weighed if weighed else 1.0


class Score(NamedTuple):
    """Attributes:
        types: by type, over all samples.
        clean: samples without spans. alarmed: those of them in which something was found.
        mistakes: (sample, wrong, missed) of every sample that is not as it should be.
    """

    types: dict[str, Count]
    clean: int
    alarmed: int
    mistakes: list[tuple[Sample, list[Span], list[Span]]]

    @property
    def alarms_per_thousand(self) -> float:
        return 1000 * self.alarmed / self.clean if self.clean else 0.0


def score(samples: Iterable[Sample], found: Iterable[list[Span]], only: Sequence[str] = ()) -> Score:
    """Compare. only: beginnings of the types that are looked at; none: all."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    clean = alarmed = 0
    mistakes = []
    for sample, spans in zip(samples, found, strict=True):
        spans = [span for span in spans if not only or span.type.startswith(tuple(only))]
        there = [span for span in sample.spans if not only or span.type.startswith(tuple(only))]
        missed = [span for span in there if not any(same(span, one) for one in spans)]
        wrong = [span for span in spans if not any(same(one, span) for one in there)]
        for span in there:
            counts[span.type][0] += 1
        for span in missed:
            counts[span.type][0] -= 1
            counts[span.type][2] += 1
        for span in wrong:
            counts[span.type][1] += 1
        clean += not sample.spans
        alarmed += not sample.spans and bool(spans)
        if missed or wrong:
            mistakes.append((sample, wrong, missed))
    return Score({type_: Count(*count) for type_, count in sorted(counts.items())}, clean, alarmed, mistakes)


def same(there: Span, found: Span) -> bool:
    """Whether what was found is what is there."""
    shared = min(there.end, found.end) - max(there.start, found.start)
    return there.type == found.type and 2 * shared >= max(there.end - there.start, found.end - found.start)


def detected() -> Finder:
    """Every detector of this project."""
    from sentinel.detectors import inspect_text

    return lambda text: [Span(f.start, f.end, f.type) for f in inspect_text(text).spans]


def load(name: str, *, held: bool, seed: int) -> list[Sample]:
    """A file of samples, or the set that a module of this package makes."""
    if name.endswith(".jsonl"):
        return list(read(Path(name)))
    return list(importlib.import_module(f"benchmarks.detectors.{name}").make(random.Random(f"{name} {seed} {held}"), held))


def table(result: Score) -> str:
    """As lines: type, precision, recall, F2, how many are there; the worst first."""
    lines = [f"{'type':24}{'precision':>10}{'recall':>8}{'F2':>8}{'there':>7}{'wrong':>7}{'missed':>7}"]
    for type_, count in sorted(result.types.items(), key=lambda item: item[1].f2):
        lines.append(f"{type_:24}{count.precision:10.3f}{count.recall:8.3f}{count.f2:8.3f}{count.right + count.missed:7}"
                     f"{count.wrong:7}{count.missed:7}")
    total = Count(*(sum(parts) for parts in zip(*result.types.values(), strict=True))) if result.types else Count(0, 0, 0)
    lines.append(f"{'all':24}{total.precision:10.3f}{total.recall:8.3f}{total.f2:8.3f}{total.right + total.missed:7}")
    if result.clean:
        lines.append(f"texts with nothing in them: {result.clean}, with a false positive: {result.alarmed} "
                     f"({result.alarms_per_thousand:.1f} per 1,000)")
    return "\n".join(lines)


def shown(result: Score, most: int, type_: str) -> str:
    """Some mistakes, and how many of each kind there are."""
    mistakes = [m for m in result.mistakes if not type_ or any(s.type == type_ for s in (*m[1], *m[2]))]
    lines = [f"{count:5} {kind}" for kind, count in Counter(sample.kind for sample, _, _ in mistakes).most_common(25)]
    for sample, wrong, missed in random.Random(1).sample(mistakes, min(most, len(mistakes))):
        lines.append(f"--- {sample.kind}: {sample.text[:600]!r}")
        lines += [f"    wrong  {s.type} {sample.text[s.start:s.end]!r}" for s in wrong]
        lines += [f"    missed {s.type} {sample.text[s.start:s.end]!r}" for s in missed]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="names of modules beside this one, or files of samples (.jsonl)")
    parser.add_argument("--held", action="store_true", help="the templates that development does not look at")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="beginning of the types to look at")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show N mistakes")
    parser.add_argument("--type", default="", help="... of this type")
    parser.add_argument("--found", type=Path, help='what was found, as `sentinel detect` prints it, instead of looking')
    parser.add_argument("--write", type=Path, help="write the samples to this file and do nothing else")
    given = parser.parse_args()
    samples = [sample for name in given.sets for sample in load(name, held=given.held, seed=given.seed)]
    if given.write:
        return write(given.write, samples)
    if given.found:
        found = [[Span(s["start"], s["end"], s["type"]) for s in json.loads(line)["spans"]]
                 for line in given.found.read_text().splitlines()]
    else:
        find = detected()
        find("")
        began = time.process_time()
        found = [find(sample.text) for sample in samples]
        print(f"{len(samples) / (time.process_time() - began):,.0f} texts/s")
    result = score(samples, found, given.only)
    print(table(result))
    if given.show:
        print(shown(result, given.show, given.type))


if __name__ == "__main__":
    main()
