"""What detectors cost, on one core: short texts dense with personal data through `sentinel detect`, and long clean records.

Each as a ratio to the least that any such program must do, measured in the same run: read the same lines as JSON, scan each text
once for the same patterns, write an answer. Absolute rates say something about this machine only.
"""

from __future__ import annotations

import io
import random
import re
import statistics
import sys
import time
from contextlib import redirect_stdout
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks.apart import apart
from benchmarks.detectors import numbers
from sentinel.detectors import Texts, load
from sentinel.scan import Scan

_CLEAN_BYTES = 12_000
# Ordinary words, and the signs of a record around them.
_WORDS = re.findall(r"\w+", """
the model answers that a garden needs water and light before any tree can grow there while other plants prefer shade under old
walls where stones keep warm until evening so nothing freezes too early
""")


def detectors(quick: bool) -> None:
    count, runs = (4_000, 3) if quick else (20_000, 5)
    rates, ratios = zip(*(apart(_short, count)[0] for _ in range(runs)), strict=True)
    print(f"short texts, dense: {statistics.median(rates):,.0f} per CPU second (aim 40,000), {statistics.median(ratios):.2f} of the bare reference")
    rates, ratios = zip(*(apart(_clean, count // 4)[0] for _ in range(runs)), strict=True)
    print(f"clean records of 12 kB: {statistics.median(rates):,.0f} scanned per CPU second (aim 40,000), {statistics.median(ratios):.2f} with all "
          "detectors")


def _short(folder: Path, count: int) -> tuple[float, float]:
    """Texts per CPU second, and the share of the reference's time in ours."""
    from sentinel.cli.answers import Answers

    texts = [sample.text for sample in islice(numbers.make(random.Random(11), held=True), count)]
    lines = [msgspec.json.encode({"id": number, "text": text}) + b"\n" for number, text in enumerate(texts)]
    inspector = Texts()
    inspector.inspect_many(texts[:500])  # what is compiled when first needed is no cost of a text
    bare = _bare(lines)
    answers = Answers("-", inspector)
    with redirect_stdout(io.StringIO()):
        began = time.process_time()
        for number, line in enumerate(lines, 1):
            answers.ask(line)
            if number % 1_000 == 0:  # about what one read of a pipe holds
                answers.give()
        answers.give()
        taken = time.process_time() - began
    return len(lines) / taken, bare / taken


def _bare(lines: list[bytes]) -> float:
    scan = Scan([pattern for detector in load() for pattern in detector.patterns])
    began = time.process_time()
    for line in lines:
        given = msgspec.json.decode(line)
        scan.hits(given["text"])
        msgspec.json.encode({"id": given["id"], "spans": [], "scores": {}})
    return time.process_time() - began


def _clean(folder: Path, count: int) -> tuple[float, float]:
    """Records scanned per CPU second, and the share of the scan in what all detectors take."""
    dice = random.Random(12)
    texts = [" ".join(dice.choices(_WORDS, k=_CLEAN_BYTES // 5))[:_CLEAN_BYTES] for _ in range(64)]
    scan = Scan([pattern for detector in load() for pattern in detector.patterns])
    inspector = Texts()
    inspector.inspect_many(texts)
    scanned, inspected = 0.0, 0.0
    turns = max(1, count // len(texts))
    for _ in range(turns):
        began = time.process_time()
        for text in texts:
            scan.hits(text)
        middle = time.process_time()
        inspector.inspect_many(texts)
        scanned += middle - began
        inspected += time.process_time() - middle
    return turns * len(texts) / scanned, scanned / inspected


if __name__ == "__main__":
    detectors("--quick" in sys.argv)
