"""Taking back: only of what we did, once, also when killed in the middle."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sentinel.actions._base import Failed, Skipped
from sentinel.errors import SentinelError
from sentinel.journal import runs
from sentinel.playbooks import undo
from tests.playbooks.world import Killed, World, step


@pytest.fixture
def done(world: World) -> World:
    world.plan(step())
    world.run()
    return world


def ask(world: World, number: str = "s0") -> None:
    undo.request(world.journal, number, "ann", world.clock.now())


def test_what_we_did_is_undone_and_the_incident_open_again(done: World) -> None:
    version = done.now().version
    ask(done)
    assert done.step().state == "undoing"
    done.run()
    assert done.step().state == "undone" and done.doors.closed == set() and done.doors.undone == ["s0"]
    assert done.now().state == "open" and done.now().version == version + 1
    assert done.story()[-3:] == ["door.close: undoing, asked by ann", "door.close: undone: 203.0.113.1 opened", "contained -> open"]


def test_the_incident_stays_contained_while_another_step_holds(world: World) -> None:
    world.plan(step(), step(1))
    world.run()
    ask(world)
    world.run()
    assert world.now().state == "contained"


def test_what_was_so_before_is_not_ours_to_undo(world: World) -> None:
    world.doors.closed.add("203.0.113.1")
    world.plan(step())
    world.run()
    with pytest.raises(SentinelError, match="not ours"):
        ask(world)
    assert world.doors.closed == {"203.0.113.1"}


def test_what_somebody_else_opened_is_left_open(done: World) -> None:
    done.doors.closed.clear()
    ask(done)
    done.run()
    assert done.step().state == "undone" and done.doors.undone == [] and "open already" in done.story()[-2]


@pytest.mark.parametrize("moment", ["undo", "after undo"])
def test_killed_in_the_middle_it_is_undone_once(done: World, moment: str) -> None:
    ask(done)
    done.doors.hooks[moment] = [Killed()]
    with pytest.raises(Killed):
        done.run()
    assert done.step().state == "undoing"
    done.start()
    done.run()
    assert done.step().state == "undone" and done.doors.undone == ["s0"]


def test_it_is_tried_again(done: World) -> None:
    ask(done)
    done.doors.hooks["undo"] = [Failed("busy", retry=True)] * 2
    done.run()
    assert done.step().state == "undone"


def test_what_cannot_be_undone_is_seen_to_be_still_in_force(done: World) -> None:
    ask(done)
    done.doors.hooks["undo"] = [Failed("refused with 403")]
    done.run()
    assert done.step().state == "done" and done.step().error == "undo failed: refused with 403"
    assert done.now().state == "contained" and "still in force" in done.story()[-1]
    ask(done)
    done.run()
    assert done.step().state == "undone"


def test_a_target_that_is_gone_counts_as_undone(done: World) -> None:
    ask(done)
    done.doors.hooks["undo"] = [Skipped("the key is gone")]
    done.run()
    assert done.step().state == "undone"


def test_a_step_that_has_not_begun_is_called_off(world: World) -> None:
    world.plan(step())
    ask(world)
    world.run()
    run = runs.run(world.journal.read(), "run1")
    assert world.step().state == "skipped" and world.doors.calls == [] and run is not None and run.state == "done"


@pytest.mark.parametrize("state", ["failed", "skipped", "planned", "undone", "trying", "unknown"])
def test_there_is_nothing_to_undo_of_others(world: World, state: str) -> None:
    world.plan(replace(step(), state=state, attempts=1))
    with pytest.raises(SentinelError, match=f"is {state}"):
        ask(world)


def test_a_message_is_not_undone(world: World) -> None:
    world.plan(step(uses="board.tell"))
    world.run()
    with pytest.raises(SentinelError, match="limits nobody"):
        ask(world)
    with pytest.raises(SentinelError, match="no step"):
        ask(world, "nobody")


def test_who_asks_is_made_safe(done: World) -> None:
    undo.request(done.journal, "s0", "ann\x1b[31m", done.clock.now())
    assert done.story()[-1] == r"door.close: undoing, asked by ann\x1b[31m"


def test_the_engine_takes_requests_too(done: World) -> None:
    woken = []
    assert done.engine is not None
    done.engine.woken = lambda: woken.append(1)
    assert done.engine.undo("s0").state == "undoing" and woken
