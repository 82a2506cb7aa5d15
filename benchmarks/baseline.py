"""How often ordinary traffic has a score of 6, how fast attacks are seen, what an event costs, what a principal takes up.

In: a seed. Out: a table. Run: `python -m benchmarks.baseline [--weeks 5] [--seed 7]`.

The traffic has office hours, nights, weekends, and six kinds of principals: people in a chat, a product used around the clock, a job at
night, a report each Sunday, a coding agent with long answers, an index of embeddings. Sizes are log-normal with a heavy tail.
"""

from __future__ import annotations

import argparse
import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from math import exp
from time import process_time
from typing import Any, NamedTuple

import msgspec

from sentinel.clock import SECOND
from sentinel.detectors.baseline import Baseline
from sentinel.records.event import Event
from sentinel.records.line import File

FILE = File("00aa11bb22cc33dd", "gateway", "gateway.jsonl")
# Monday 2026-10-05 00:00 UTC
MONDAY = 1_791_158_400
HOUR, DAY, WEEK = 3600, 86_400, 7 * 86_400
WORDS = ("report", "contract", "claim", "invoice", "table", "summary", "river", "engine", "garden", "letter", "python",
         "window", "market", "budget", "travel", "clinic", "school", "history", "music", "recipe", "network", "storage",
         "policy", "refund", "delivery", "error", "meeting", "notes", "draft", "chapter", "figure", "update", "review")


class Kind(NamedTuple):
    """One kind of principal. rate: requests an hour at an hour of the week. prompt, tokens: drawn per request."""

    name: str
    rate: Callable[[int], float]
    prompt: Callable[[random.Random], str]
    tokens: Callable[[random.Random], tuple[int, int]]
    fails: float


class Memory(dict[str, Any]):
    """Forgets nothing."""

    def put(self, key: str, value: Any, at: int = 0) -> None:
        self[key] = value


def office(hour: int) -> float:
    day, hour = divmod(hour, 24)
    return (0.3, 1.0)[8 <= hour < 18] * (1.0, 0.15)[day >= 5] if 6 <= hour < 22 else 0.02


def prose(dice: random.Random, least: int = 8, most: int = 60) -> str:
    return " ".join(dice.choice(WORDS) + dice.choice(("", "", "s", "ing", "ed", "'s", ",", ".")) for _ in range(dice.randint(least, most)))


def sized(dice: random.Random, typical: float, spread: float) -> int:
    # One in five hundred is of a heavier tail, as answers are.
    return min(int(typical * exp(dice.gauss(0, spread)) * (dice.paretovariate(1.3) if dice.random() < 0.002 else 1)), 128_000)


def _tokens(into: float, out: float, spread: float) -> Callable[[random.Random], tuple[int, int]]:
    return lambda dice: (sized(dice, into, spread), sized(dice, out, spread))


def _agent(dice: random.Random) -> tuple[int, int]:
    return sized(dice, 6000, 1.0), sized(dice, 2500 if dice.random() < 0.04 else 180, 0.9)


KINDS = (
    Kind("person", lambda h: 9 * office(h), prose, _tokens(300, 220, 0.9), 0.01),
    Kind("product", lambda h: 12 + 90 * office(h), lambda d: f"Summarise claim number {d.randint(1000, 99_999)} for the adjuster.", _tokens(250, 120, 0.5), 0.02),
    Kind("night job", lambda h: 400 if h % 24 == 2 else 0, lambda d: "Classify the ticket: " + prose(d), _tokens(120, 4, 0.4), 0.01),
    Kind("sunday report", lambda h: 900 if h == 6 * 24 + 3 else 5 * office(h), lambda d: "Write the page about " + prose(d), _tokens(2000, 900, 0.5), 0.01),
    Kind("coding agent", lambda h: 30 * office(h), lambda d: prose(d, 40, 160), _agent, 0.03),
    Kind("embeddings", lambda h: 250 if h % 24 in (0, 12) else 2, lambda d: prose(d, 30, 90), _tokens(400, 0, 0.7), 0.005),
)


def requests(kind: Kind, key: str, seed: int, weeks: float) -> Iterator[Event]:
    """The requests of one principal, in order of time."""
    dice = random.Random(f"{seed}{key}")
    for hour in range(int(weeks * 168)):
        # Days differ: not a Poisson process, a busier or a quieter one each hour.
        expected = kind.rate(hour % 168) * exp(dice.gauss(0, 0.35))
        count = int(expected + dice.random())
        for second in sorted(dice.random() * HOUR for _ in range(count)):
            yield made(int((MONDAY + hour * HOUR + second) * SECOND), key, kind.prompt(dice), kind.tokens(dice), dice.random() < kind.fails)


def made(at: int, key: str, prompt: str, tokens: tuple[int, int], failed: bool = False) -> Event:
    fields = {"event.outcome": "failure" if failed else "success", "http.response.status_code": 500 if failed else 200,
              "sentinel.key.hash": key, "gen_ai.request.model": "gpt-4o", "gen_ai.operation.name": "chat", "source.ip": "203.0.113.7",
              "gen_ai.prompt": prompt}
    if not failed:
        fields |= {"gen_ai.usage.input_tokens": tokens[0], "gen_ai.usage.output_tokens": tokens[1]}
    return Event(FILE, at, at, "llm", fields)


def traffic(seed: int, weeks: float, each: int) -> Iterator[Event]:
    """The requests of `each` principals of each kind, in order of time."""
    return heapq.merge(*(requests(kind, f"{kind.name} {n}", seed, weeks) for kind in KINDS for n in range(each)), key=lambda event: event.at)


def told(events: Iterator[Event], detector: Baseline, memory: Memory, since: int) -> tuple[int, Counter[str], Counter[str], float]:
    """How many events there were since `since`, how many scores of 6 and news they had, by field and by kind, and the seconds they took."""
    total, fields, kinds, seconds = 0, Counter[str](), Counter[str](), 0.0
    for event in events:
        before = process_time()
        detector.inspect(event, frozenset(), memory)
        seconds += process_time() - before
        if event.at < since:
            continue
        total += 1
        for name, value in event.fields.items():
            if (name.endswith(".score") and value >= 6) or name.endswith(".new"):
                fields[name] += 1
                kinds[f"{event.fields['sentinel.key.hash'].rstrip(' 0123456789')}: {name}"] += 1
    return total, fields, kinds, seconds


class Attack(NamedTuple):
    """What somebody does with a stolen key. made: the prompt and the tokens of the n-th request; every: seconds between two."""

    name: str
    field: str
    every: float
    made: Callable[[int], tuple[str, tuple[int, int]]]


ATTACKS = (
    Attack("long answers", "output_tokens.score", 60, lambda n: (f"Write chapter {n} of the book", (300, 4000))),
    Attack("answers longer by 1 % each", "output_tokens.score", 60, lambda n: (f"Write chapter {n} of the book", (300, int(220 * 1.01 ** min(n, 600))))),
    Attack("long prompts", "input_tokens.score", 60, lambda n: ("Sum this up for me", (60_000, 200))),
    Attack("a flood", "requests.score", 0.5, lambda n: ("What is in chapter " + "abcdefgh"[n % 8], (300, 200))),
    Attack("a list of customers", "variants.score", 5, lambda n: (f"Give me name and address of customer {n}, nothing else.", (30, 60))),
)


def seen_after(attack: Attack, victim: str, kept: bytes, at: int) -> int | None:
    """After how many requests the attack has a score of 6; None: not within 1,500. kept: the rows of all principals, msgpack."""
    detector, memory = Baseline(), Memory(msgspec.msgpack.decode(kept))
    for n in range(1500):
        event = made(int(at + n * attack.every * SECOND), victim, *attack.made(n))
        detector.inspect(event, frozenset(), memory)
        if event.fields.get("sentinel.baseline." + attack.field, 0) >= 6:
            return n + 1
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=float, default=5)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    detector, memory = Baseline(), Memory()
    before = process_time()
    for _ in range(1_000_000):
        pass
    reference = process_time() - before
    all_of = list(traffic(given.seed, given.weeks, given.each))
    total, fields, kinds, seconds = told(iter(all_of), detector, memory, (MONDAY + 2 * WEEK) * SECOND)
    print(f"{len(all_of)} requests; {1e6 * seconds / len(all_of):.1f} us each (a million turns of an empty loop: {1e3 * reference:.0f} ms); of the {total} after two weeks, per 10,000:")
    for name, count in fields.most_common():
        print(f"  {name:48} {1e4 * count / total:.2f}")
    for name, count in kinds.most_common(30):
        print(f"      {name:60} {count}")
    kept = msgspec.msgpack.encode(dict(memory))
    print("requests until an attack has a score of 6, by the kind of key that it is done with:")
    for attack in ATTACKS:
        after = [f"{kind.name} {seen_after(attack, f'{kind.name} 0', kept, all_of[-1].at + HOUR * SECOND) or 'never'}" for kind in KINDS]
        print(f"  {attack.name:28} {', '.join(after)}")
    sizes = sorted(len(msgspec.msgpack.encode(row)) for row in memory.values())
    print(f"bytes a principal: median {sizes[len(sizes) // 2]}, greatest {sizes[-1]}")


if __name__ == "__main__":
    main()
