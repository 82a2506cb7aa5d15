"""What the rules cost by themselves: `sentinel rules eval` over thousands of rules, and how long it takes to begin.

Rates are events per CPU second of one core, and a ratio to a reference of the same run: each line decoded and scanned once for
all that the rules' guards look for, and no rule looked at.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import inputs, windows, windows_rules
from benchmarks.apart import ROOT, apart, write
from sentinel.rules.author.evaluate import run
from sentinel.rules.author.ready import prepared
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read.load import load
from sentinel.scan import Scan, text_of

_PIECE = 1_000


def engine(quick: bool) -> None:
    many, events = (1_000, 5_000) if quick else (3_750, 40_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        thousands, thirty = folder / "many", folder / "thirty"
        for place, count in ((thousands, many), (thirty, 30)):
            place.mkdir()
            windows_rules.write(place, count)
        small = write(folder, "windows.jsonl", windows.events(events))
        middle = write(folder, "records.jsonl", _records(events, 1_850))
        large = write(folder, "captured.jsonl", inputs.gateway_records(events // 10, _captured()))
        _begin(f"{many:,} rules", thousands)
        _rate(f"{many:,} rules, small events", thousands, small, 12_000)
        _rate("30 rules", thirty, middle, 100_000)
        _rate("the shipped rules", ROOT / "rules", large, 0)


def _rate(title: str, rules: Path, log: Path, aim: int) -> None:
    (rate, ratio), peak = apart(rates, rules, log)
    size = log.stat().st_size / max(1, sum(1 for _ in log.open("rb")))
    wanted = f" (aim {aim:,})" if aim else ""
    print(f"eval, {title}: {rate:,.0f} events per CPU second{wanted}, {ratio:.2f} of decode and scan alone, peak {peak:.0f} MB, {size:,.0f} bytes each")


def rates(folder: Path, rules: Path, log: Path) -> tuple[float, float]:
    """(events per CPU second, share of the bare reference's time), medians over pieces of the log, the two in turn."""
    loaded = load([rules])
    lines = log.read_bytes().splitlines(keepends=True)
    bare, ours = _bare(RuleSet(loaded.rules, everywhere=True)), list[float]()
    ratios = list[float]()

    def pieces() -> Iterator[bytes]:
        yield from lines[:_PIECE]  # what is compiled at first use
        for at in range(0, len(lines) - len(lines) % _PIECE or len(lines), _PIECE):
            piece = lines[at:at + _PIECE]
            least = bare(piece)
            began = time.process_time()
            yield from piece
            ours.append((time.process_time() - began) / len(piece))
            ratios.append(least / len(piece) / ours[-1])

    ready = prepared(loaded)
    for _ in run(ready.ruleset, ready.scan, pieces()):
        pass
    return 1 / statistics.median(ours), statistics.median(ratios)


def _bare(ruleset: RuleSet) -> Callable[[Sequence[bytes]], float]:
    scan, decode = Scan(ruleset.patterns), msgspec.json.Decoder(dict[str, Any]).decode

    def run(lines: Sequence[bytes]) -> float:
        began = time.process_time()
        for line in lines:
            scan.hits(text_of(decode(line)))
        return time.process_time() - began

    return run


def _begin(title: str, rules: Path) -> None:
    taken, peak = apart(begin, rules)
    print(f"start, {title}: {taken:.1f} s of CPU from files to the first event (aim 6), peak {peak:.0f} MB (aim 300)")


def begin(folder: Path, rules: Path) -> float:
    """CPU seconds from rule files to the first event."""
    began = time.process_time()
    ready = prepared(load([rules]))
    for _ in run(ready.ruleset, ready.scan, [b"{}"]):
        pass
    return time.process_time() - began


def _records(count: int, size: int) -> Iterator[bytes]:
    """Flat records of a call of a model, of about `size` bytes, no two prompts the same."""
    words = [windows.tell(number)[:-1] for number in range(400)]
    for number in range(count):
        at = number * 7 % 300
        text = " ".join(words[at:at + size // 20])
        yield json.dumps({
            "@timestamp": f"2026-03-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z", "gen_ai.request.model": "gpt-4o",
            "user.id": f"user-{number % 500}", "gen_ai.usage.input_tokens": number % 3000, "gen_ai.prompt": f"{number}: {text}"[:size // 2],
            "gen_ai.completion": text[::-1][:size // 2 - 250]}).encode() + b"\n"


def _captured() -> list[dict[str, Any]]:
    return [json.loads(line) for line in inputs.CAPTURE.read_bytes().splitlines() if b"NaN" not in line and b"Infinity" not in line]
