"""What an action is when it says no more of itself than it must."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from sentinel.actions._base import Action, Context, Failed, Outcome, Params, Service
from tests import make
from tests.actions.conftest import context


class Ring(Action):
    name = "bell.ring"

    class With(Params):
        times: int = 1

    class Service(Service):
        url: str

    def do(self, given: With, context: Context) -> Outcome:
        return Outcome(True, f"rang {given.times} time(s)")


def test_what_is_asked_of_it_by_default_costs_and_claims_nothing() -> None:
    ring, given = Ring(None, make.Clock()), Ring.With(times=2)
    assert ring.check(given, context()) == {} and not ring.done(given, context(), {})
    assert ring.target(given) is None and ring.refuse(given) == ""
    assert not (ring.reversible or ring.contains or ring.tells or ring.follows) and ring.idempotent
    assert [call.text for call in ring.plan(given, context())] == ["bell.ring {'times': 2}"]
    ring.verify(given, context())
    ring.close()


def test_one_that_cannot_be_undone_says_so_and_is_not_tried_again() -> None:
    with pytest.raises(Failed, match=r"bell\.ring cannot be undone") as caught:
        Ring(None, make.Clock()).undo(Ring.With(), context())
    assert (caught.value.retry, caught.value.unknown, caught.value.after_seconds) == (False, False, 0)


def test_one_that_needs_a_service_is_configured_by_it_alone() -> None:
    class Far(Ring):
        name, service = "bell.far", "bell"

    assert Ring(None, make.Clock()).configured
    assert not Far(None, make.Clock()).configured
    assert Far(Far.Service(url="https://bell"), make.Clock()).configured


@pytest.mark.parametrize("shape", [Ring.With, Ring.Service])
def test_a_typo_is_an_error_and_not_a_default(shape: type[Params]) -> None:
    with pytest.raises(ValidationError, match="tiems"):
        shape.model_validate({"url": "u", "tiems": 3} if shape is Ring.Service else {"tiems": 3})


def test_what_a_step_was_given_does_not_change_under_way() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Ring.With().times = 3  # type: ignore[misc]
