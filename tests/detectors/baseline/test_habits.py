from __future__ import annotations

import random
import tracemalloc

import msgspec

from sentinel.clock import SECOND
from sentinel.detectors.baseline._habits import MOST_BYTES, Habits, Needed
from sentinel.detectors.baseline._known import meet

MONDAY = 1_791_158_400 * SECOND


def fullest(seed: int) -> Habits:
    """A principal of which all is known that can be."""
    dice, habits, said = random.Random(seed), Habits(), {}
    for i in range(2500):
        habits.count(MONDAY + i * 560 * SECOND, i % 7 == 0, said)
        habits.sizes(20 * dice.random(), 20 * dice.random(), True, said)
        habits.use({"gen_ai.request.model": f"m{i}", "gen_ai.tool.name": [f"t{i}", f"u{i}"]}, Needed(20, 50), said)
        habits.networks, _ = meet(habits.networks, f"n{i}", 32)
        habits.countries, _ = meet(habits.countries, f"c{i}", 16)
        if i > 2400:
            habits.templates.look(" ".join(f"{dice.random()}" for _ in range(20)))
    habits.last.at = habits.last.latitude = habits.last.longitude = 2**62
    return habits


def test_a_principal_takes_up_no_more_than_is_said() -> None:
    assert len(msgspec.msgpack.encode(fullest(1))) <= MOST_BYTES


def test_nor_in_memory() -> None:
    """10,000 are kept in memory: 60 MB at most."""
    full = msgspec.msgpack.encode(fullest(2))
    tracemalloc.start()
    kept = [msgspec.convert(msgspec.msgpack.decode(full), Habits) for _ in range(100)]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size / len(kept) < 6144
