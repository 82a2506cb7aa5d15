from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors.baseline._errors import Errors


def slot(errors: Errors, number: int, requests: int, failed: int) -> float:
    score = 0.0
    for i in range(requests):
        score = errors.look(number, i >= requests - failed)
    return score


def used(share: list[int]) -> Errors:
    errors = Errors()
    for number in range(1, 60):
        slot(errors, number, 40, share[number % len(share)])
    return errors


def test_many_failures_are_unusual_where_few_are_usual() -> None:
    assert slot(used([0, 1, 2]), 100, 40, 30) >= 6
    assert slot(used([10, 20, 15]), 100, 40, 22) < 3, "a key that often fails"
    assert slot(used([0, 1]), 100, 9, 9) == 0, "nine are not enough"
    assert slot(Errors(), 100, 40, 40) == 0, "not known yet"


def test_a_slot_of_failures_moves_little() -> None:
    errors = used([1])
    before = errors.share
    slot(errors, 100, 1000, 1000)
    errors.look(101, False)
    assert errors.share - before < 0.02
    assert slot(errors, 102, 40, 30) >= 6


@given(st.lists(st.integers(0, 40), min_size=24, max_size=24))
def test_the_mean_of_the_first_slots_is_the_mean(failed: list[int]) -> None:
    errors = Errors()
    for number, count in enumerate(failed, 1):
        slot(errors, number, 40, count)
    errors.look(1000, False)
    assert abs(errors.share - sum(failed) / 40 / 24) < 1e-9


def test_few_requests_are_put_together() -> None:
    errors = Errors()
    for number in range(1, 31):
        errors.look(number, False)
    assert errors.slots == 5 and errors.requests == 5
