"""Messages that follow their incident."""

from __future__ import annotations

import pytest

from sentinel.actions._base import Failed
from sentinel.journal import outbox
from tests.playbooks.world import Killed, World, step


@pytest.fixture
def told(world: World) -> World:
    world.plan(step(uses="board.tell"))
    world.run()
    return world


def test_a_message_shows_the_newest_version(told: World) -> None:
    assert told.step().followed == 1 and told.doors.shown == []
    told.change(severity="critical")
    told.run()
    assert told.doors.shown == [2] and told.step().followed == 2 and told.step().outcome == {"version": 2, "edits": 1, "failures": 0}
    assert outbox.depth(told.journal, "follow") == 0


def test_many_changes_are_shown_at_once_and_at_most_one_a_second(told: World) -> None:
    engine = told.engine
    assert engine is not None
    for _ in range(200):
        told.change()
        engine.turn()
        told.clock.sleep(0.05)
    told.run()
    assert told.doors.shown[-1] == 201 and 8 <= len(told.doors.shown) <= 12


def test_a_long_story_is_edited_less_often(told: World) -> None:
    engine = told.engine
    assert engine is not None
    for _ in range(300):
        told.change()
        engine.turn()
        told.clock.sleep(1)
    assert 40 <= len(told.doors.shown) <= 55


def test_a_change_while_the_first_message_goes_out_is_not_lost(world: World) -> None:
    world.plan(step(uses="board.tell"))
    world.doors.hooks["tell"] = [lambda: world.change(severity="critical")]
    world.run()
    assert world.doors.shown == [2]


def test_a_change_while_an_edit_goes_out_is_not_lost(told: World) -> None:
    told.change()
    told.doors.hooks["update"] = [lambda: told.change()]
    told.run()
    assert told.doors.shown[-1] == 3


def test_nobody_follows_and_the_queue_is_empty(world: World) -> None:
    world.change()
    assert world.start().due_in() is None
    assert outbox.depth(world.journal, "follow") == 0


def test_killed_in_an_edit_the_next_one_is_told_that_it_may_have_happened(told: World) -> None:
    told.change()
    told.doors.hooks["update"] = [Killed()]
    with pytest.raises(Killed):
        told.run()
    told.start()
    told.run()
    assert told.doors.contexts[-1].unknown and told.step().followed == 2
    told.change()
    told.run()
    assert not told.doors.contexts[-1].unknown


def test_an_edit_is_tried_again_and_a_version_given_up_at_last(told: World) -> None:
    told.change()
    told.doors.hooks["update"] = [Failed("busy", retry=True)] * 2
    told.run()
    assert told.doors.shown == [2]
    told.change()
    told.doors.hooks["update"] = [Failed("cannot be edited")]
    told.run()
    assert told.doors.shown == [2] and "cannot be edited" in told.step().error and told.step().state == "done"
    told.change()
    told.run()
    assert told.doors.shown == [2, 4] and told.step().error == ""
