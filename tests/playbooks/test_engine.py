"""The engine: killed at every journal write and at every moment of a call, each effect happens once; lanes and leases."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sentinel.actions._base import Failed
from sentinel.clock import SystemClock
from sentinel.errors import JournalError
from sentinel.journal import runs
from sentinel.playbooks.engine import Engine
from tests.playbooks.world import Killed, World, step

MOMENTS = ("check", "before", "after", "verify", "tell", "told", "update")


def survive(world: World) -> int:
    """Run to the end, however often the process dies. Returns: how often it died."""
    deaths = 0
    while True:
        try:
            world.run()
            return deaths
        except Killed:
            deaths += 1
            world.start()


@pytest.mark.parametrize("committed", [False, True])
def test_killed_at_each_journal_write_each_effect_happens_once(tmp_path: Path, committed: bool) -> None:
    for number in range(1, 40):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        world = World(folder)
        world.plan(step(), step(1, uses="board.tell"), step(2))
        with world.killing(number, committed=committed):
            deaths = survive(world)
        assert sorted(world.doors.done) == ["s0", "s1", "s2"], f"killed at write {number}"
        assert [world.step(f"s{n}").state for n in range(3)] == ["done"] * 3
        assert all(world.step(f"s{n}").changed for n in (0, 2)) and world.now().state == "contained"
        assert world.story().count("open -> contained") == 1
        assert world.doors.shown[-1] == world.now().version
        world.close()
        if not deaths:
            assert number > 8, "the run has more writes than this"
            return
    raise AssertionError("it never came through alive")


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_each_moment_of_a_call_each_effect_happens_once(world: World, moment: str) -> None:
    world.plan(step(), step(1, uses="board.tell"), step(2))
    world.doors.hooks[moment] = [Killed()]
    assert survive(world) == 1
    assert sorted(world.doors.done) == ["s0", "s1", "s2"]
    assert [world.step(f"s{n}").state for n in range(3)] == ["done"] * 3


def test_found_as_trying_it_is_unknown_until_its_service_was_asked(world: World) -> None:
    world.plan(step())
    world.doors.hooks["after"] = [Killed()]
    with pytest.raises(Killed):
        world.run()
    assert world.step().state == "trying"
    seen = []
    world.doors.hooks["check"] = [lambda: seen.append(world.step().state)]
    world.start()
    world.run()
    assert seen == ["unknown"] and world.step().state == "done" and world.step().changed
    assert "its answer was lost" in world.story()[0]


def test_a_step_waits_for_the_one_before_it(world: World) -> None:
    world.plan(step(), step(1), step(2))
    engine = world.start()
    engine.turn()
    assert [world.step(f"s{n}").state for n in range(3)] == ["done", "waiting", "waiting"]


def test_a_step_that_waits_for_its_retry_holds_up_only_those_that_look_at_it(world: World) -> None:
    world.doors.hooks["before"] = [Failed("busy", retry=True)]
    world.plan(step(), step(1, if_="steps.step0.state == 'done'", waits=True), step(2))
    engine = world.start()
    for _ in range(3):
        engine.turn()
    assert [world.step(f"s{n}").state for n in range(3)] == ["waiting", "waiting", "done"]
    world.run()
    assert [world.step(f"s{n}").state for n in range(3)] == ["done"] * 3


def test_a_service_that_asks_for_a_pause_gets_it_for_all_its_steps(world: World) -> None:
    world.doors.hooks["before"] = [Failed("slow down", retry=True, after_seconds=40)]
    for n in range(3):
        world.plan(step(n, run=f"run{n}"), run=f"run{n}")
    engine = world.start()
    for _ in range(3):
        engine.turn()
    assert world.doors.calls.count("check") == 1
    due = engine.due_in()
    assert due is not None and 39 < due <= 50
    world.start()  # the pause outlives the process
    world.engine.turn()  # type: ignore[union-attr]
    assert world.doors.calls.count("check") == 1
    world.run()
    assert sorted(world.doors.done) == ["s0", "s1", "s2"]


def test_a_journal_that_cannot_be_written_stops_no_lane(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.plan(step())
    write, full = world.journal.write, [True]

    def sometimes() -> object:
        if full.pop() if full else False:
            raise JournalError("disk full")
        return write()

    engine = world.start()
    engine.turn()
    world.plan(step(1, run="run2"), run="run2")
    monkeypatch.setattr(world.journal, "write", sometimes)
    engine.turn()
    world.run()
    assert world.doors.done == ["s0", "s1"] and world.step("s1").state == "done"


def test_only_one_process_carries_out_steps(world: World) -> None:
    world.plan(step())
    first, second = world.start(), Engine(world.journal, world.actions(), world.clock, threads=False)
    first.turn()
    world.plan(step(1, run="run2"), run="run2")
    assert second.turn() == 1.0 and world.step("s1").state == "waiting"
    assert first.close()
    second.turn()
    assert world.step("s1").state == "done"
    second.close()


def test_a_service_that_hangs_delays_no_other(world: World) -> None:
    hang = threading.Event()
    world.doors.hooks["tell"] = [lambda: hang.wait(20) and None]
    world.plan(step(uses="board.tell"))
    world.plan(*[step(n, run="run2") for n in range(1, 4)], run="run2")
    woken = threading.Event()
    engine = world.start(threads=True)
    engine.woken = woken.set
    began = time.monotonic()
    while len(world.doors.done) < 3 and time.monotonic() - began < 10:
        engine.turn()
        woken.wait(0.2)
        woken.clear()
    assert world.doors.done == ["s1", "s2", "s3"] and engine.due_in() == 0
    hang.set()
    while engine.due_in() == 0 and time.monotonic() - began < 10:
        time.sleep(0.01)
    assert world.step("s0").state == "done"


def test_a_hundred_turns_while_a_call_is_under_way_make_it_once(world: World) -> None:
    release = threading.Event()
    world.doors.hooks["before"] = [lambda: release.wait(20) and None]
    world.plan(step())
    engine = world.start(threads=True)
    for _ in range(100):
        assert engine.turn() == 1.0
    release.set()
    assert engine.close(5)
    assert world.doors.done == ["s0"] and world.doors.calls.count("check") == 1


def test_nothing_to_do_costs_a_look_a_second(world: World) -> None:
    engine = world.start()
    assert engine.due_in() is None and engine.turn() == 1.0


def test_an_idle_engine_acts_at_once_when_woken(tmp_path: Path) -> None:
    world = World(tmp_path)
    woken, engine = threading.Event(), Engine(world.journal, world.actions(), SystemClock(), guard=world.guard)
    engine.woken = woken.set
    engine.turn()
    took = []
    for number in range(20):
        world.plan(step(number, run=f"run{number}", with_={"ip": f"198.51.100.{number + 1}"}), run=f"run{number}")
        began = time.monotonic()
        engine.turn()
        while f"s{number}" not in world.doors.done and time.monotonic() - began < 5:
            time.sleep(0.0005)
        took.append(time.monotonic() - began)
    assert sorted(took)[18] < 0.5, took
    engine.close()
    world.close()


def test_a_reload_takes_effect_with_the_next_step(world: World) -> None:
    world.plan(step(), step(1))
    engine = world.start()
    engine.turn()
    engine.use({}, world.guard)
    engine.turn()
    assert [world.step(f"s{n}").state for n in range(2)] == ["done", "skipped"]


def test_steps_of_many_runs_are_found_in_order(world: World) -> None:
    for n in range(30):
        world.plan(step(n, run=f"run{n}", with_={"ip": f"198.51.100.{n}"}), run=f"run{n}")
    world.guard = type(world.guard)(most_an_hour=100)
    world.run()
    assert len(world.doors.done) == 30
    assert runs.counted(world.journal) == {"done": 30}


def test_a_step_that_changed_since_it_was_looked_at_is_not_carried_out(world: World) -> None:
    world.plan(step())
    engine = world.start()
    stale = world.step()
    engine.turn()
    engine._begin(stale, stale.run, lambda means, step: world.doors.at("again") or 0, [])
    assert "again" not in world.doors.calls
