"""Steps carried out: in their order, written down, judged by what the service says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.actions._base import Failed, Skipped
from sentinel.config.model import ProtectConfig
from sentinel.journal import incidents, outbox, runs
from sentinel.playbooks.guard import Guard
from sentinel.playbooks.step import delay_seconds
from tests.playbooks.world import Killed, World, step


def test_a_step_is_done_and_its_incident_contained(world: World) -> None:
    world.plan(step(), step(1))
    world.run()
    first = world.step("s0")
    assert (first.state, first.changed, first.attempts, first.before, first.outcome) == (
        "done", True, 1, {"closed": False}, {"closed": True})
    assert first.given == {"ip": "203.0.113.1"} and first.target == ("source.ip", "203.0.113.1")
    assert world.doors.done == ["s0", "s1"]
    assert world.now().state == "contained" and world.now().version == 3
    assert world.story() == ["door.close: 203.0.113.1 closed", "open -> contained", "door.close: 203.0.113.2 closed"]
    run = runs.run(world.journal.read(), "run1")
    assert run is not None and run.state == "done" and run.finished_at


def test_it_is_written_down_before_the_call(world: World) -> None:
    world.plan(step())
    seen = []
    world.doors.hooks["before"] = [lambda: seen.append(world.step())]
    world.run()
    assert (seen[0].state, seen[0].attempts, seen[0].before, seen[0].target) == (
        "trying", 1, {"closed": False}, ("source.ip", "203.0.113.1"))


def test_what_was_so_before_is_not_ours(world: World) -> None:
    world.doors.closed.add("203.0.113.1")
    world.plan(step())
    world.run()
    assert world.step().state == "done" and not world.step().changed and world.doors.done == []
    assert world.now().state == "contained"


def test_a_missing_target_is_skipped_with_its_reason(world: World) -> None:
    world.doors.hooks["check"] = [Skipped("there is no such door")]
    world.plan(step(), step(1))
    world.run()
    assert world.step().state == "skipped" and world.step().error == "there is no such door"
    assert world.step("s1").state == "done"


def test_parameters_are_worked_out_from_the_incident(world: World) -> None:
    world.plan(step(with_={"ip": "{{ entity['source.ip'] }}"}, entities={"source.ip": "203.0.113.7"}, if_="incident.severity == 'high' and principal.kind == 'key'"),
               step(1, if_="entity['no.such'] is defined"))
    world.run()
    assert world.step("s0").given == {"ip": "203.0.113.7"}
    assert world.step("s1").state == "skipped" and "condition" in world.step("s1").error
    assert len(world.story()) == 2  # what did not apply is no news


def test_log_text_is_never_a_template(world: World) -> None:
    world.plan(step(with_={"ip": "{{ entity['source.ip'] }}"}, entities={"source.ip": "{{ 7 * 7 }}"}))
    world.run()
    assert world.step().given == {"ip": "{{ 7 * 7 }}"}
    assert world.step().state == "skipped" and world.step().error == "not an address"


def test_a_template_that_cannot_be_worked_out_fails_and_the_next_goes_on(world: World) -> None:
    world.plan(step(with_={"ip": "{{ entity['nobody'] }}"}), step(1))
    world.run()
    assert world.step().state == "failed" and world.step("s1").state == "done"
    run = runs.run(world.journal.read(), "run1")
    assert run is not None and run.state == "failed"


def test_later_steps_see_earlier_ones(world: World) -> None:
    world.doors.hooks["before"] = [Failed("no")]
    world.plan(step(), step(1, if_="steps.step0.state == 'failed'", waits=True), step(2, if_="steps.step0.changed", waits=True))
    world.run()
    assert [world.step(f"s{n}").state for n in range(3)] == ["failed", "done", "skipped"]


def test_a_failure_worth_a_retry_comes_back_later_and_later(world: World) -> None:
    world.doors.hooks["before"] = [Failed("busy", retry=True) for _ in range(3)]
    world.plan(step())
    began = world.clock.now()
    world.run()
    assert world.step().state == "done" and world.step().attempts == 4
    assert 21 <= (world.clock.now() - began) / 1e9 <= 21 * 1.25 + 1
    assert world.story()[0] == "door.close failed, it is tried again: busy"
    assert sum("tried again" in line for line in world.story()) == 1


def test_it_is_given_up_after_its_tries(world: World) -> None:
    world.doors.hooks["before"] = [Failed("busy", retry=True) for _ in range(9)]
    world.plan(step(tries=3))
    world.run()
    assert world.step().state == "failed" and world.step().attempts == 3 and world.step().error == "busy"
    assert world.now().state == "open" and world.now().version == 2


def test_a_fault_of_the_config_is_not_repeated(world: World) -> None:
    world.doors.hooks["check"] = [Failed("refused with 401")]
    world.plan(step())
    world.run()
    assert world.step().state == "failed" and world.doors.calls == ["check"]


def test_retry_after_is_obeyed(world: World) -> None:
    world.doors.hooks["before"] = [Failed("slow down", retry=True, after_seconds=50)]
    world.plan(step())
    world.start().turn()
    assert world.step().next_at - world.clock.now() >= 50 * 10**9


def test_a_lost_answer_is_asked_about_and_not_repeated(world: World) -> None:
    world.doors.hooks["after"] = [Failed("no answer", retry=True, unknown=True)]
    world.plan(step())
    world.start().turn()
    assert world.step().state == "unknown"
    world.run()
    assert world.step().state == "done" and world.step().changed and world.doors.done == ["s0"]


def test_a_lost_call_is_asked_about_and_repeated(world: World) -> None:
    world.doors.hooks["before"] = [Failed("no answer", retry=True, unknown=True)]
    world.plan(step())
    world.run()
    assert world.step().state == "done" and world.doors.calls.count("before") == 2 and world.doors.done == ["s0"]


def test_what_does_not_hold_is_tried_again(world: World) -> None:
    world.doors.hooks["verify"] = [Failed("it does not hold", retry=True, unknown=True), lambda: None]
    world.plan(step())
    world.doors.hooks["check"] = [lambda: None, lambda: world.doors.closed.clear()]
    world.run()
    assert world.doors.done == ["s0", "s0"] and world.step().state == "done"


def test_a_blind_call_that_may_have_happened_is_never_repeated(world: World) -> None:
    world.doors.hooks["fired"] = [Killed()]
    world.plan(step(uses="blind.fire"))
    with pytest.raises(Killed):
        world.run()
    world.start()
    world.run()
    assert world.step().state == "failed" and "may have happened" in world.step().error and world.doors.done == ["s0"]


def test_an_action_that_throws_is_fenced_and_says_nothing_secret(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.doors.hooks["before"] = [KeyError("sk-secret")]
    world.plan(step())
    world.run()
    assert world.step().state == "done" and "sk-secret" not in caplog.text and "KeyError" in caplog.text
    assert not any("sk-secret" in line for line in world.story())


@pytest.mark.parametrize(("uses", "why"), [("no.such", "there is no action no.such any more"),
                                           ("nowhere.go", "services.nowhere is not in the config")])
def test_what_cannot_be_called_is_skipped(world: World, uses: str, why: str) -> None:
    world.plan(step(uses=uses))
    world.run()
    assert world.step().state == "skipped" and world.step().error == why


def test_observe_plans_and_says_what_would_be_done(world: World) -> None:
    world.plan(step(), step(1, uses="board.tell"), mode="observe")
    world.run()
    assert world.step().state == "planned" and world.step("s1").state == "done"
    assert world.doors.done == ["s1"] and world.doors.closed == set()
    assert world.step().outcome == {"calls": ["door.close {'ip': '203.0.113.1'}"]}
    assert any(line.startswith("door.close: would do (observe): door.close") for line in world.story())
    assert world.now().state == "open"


def test_a_dry_run_makes_no_call_at_all(world: World) -> None:
    world.plan(step(), step(1, uses="board.tell"), mode="dry-run")
    world.plan(step(2, run="run2"), run="run2")
    world.start(dry_run=True)
    world.run()
    assert [world.step(f"s{n}").state for n in range(3)] == ["planned", "planned", "waiting"] and world.doors.calls == []


def test_protected_ones_are_skipped_and_it_is_said(world: World) -> None:
    world.guard = Guard(ProtectConfig.model_validate({"addresses": ["203.0.113.0/31"]}))
    world.plan(step(), step(1), step(2, with_={"ip": "192.0.2.250"}))
    world.run()
    assert [world.step(f"s{n}").state for n in range(3)] == ["skipped", "done", "skipped"]
    assert any("not done: 203.0.113.1 is in a protected network" in line for line in world.story())
    assert world.step("s2").error == "this door is our own"


def test_the_limit_an_hour_is_looked_at_when_the_call_goes_out(world: World) -> None:
    world.guard = Guard(most_an_hour=2)
    world.plan(*[step(n) for n in range(4)])
    world.run()
    assert [world.step(f"s{n}").state for n in range(4)] == ["done", "done", "skipped", "skipped"]
    assert "max_contained_per_hour" in world.step("s2").error
    world.clock.sleep(3700)
    world.plan(step(5, run="run2", created_at=world.clock.now()), run="run2")
    world.run()
    assert world.step("s5").state == "done"


def test_a_step_called_off_meanwhile_is_left_alone(world: World) -> None:
    from msgspec.structs import replace

    def call_off() -> None:
        with world.journal.write() as db:
            runs.put(db, [], [replace(world.step(), state="skipped", error="called off")])

    world.plan(step())
    world.doors.hooks["check"] = [call_off]
    world.run()
    assert world.step().error == "called off" and world.doors.done == []


def test_a_containment_is_shown_again_and_news_of_a_notifier_is_not(world: World) -> None:
    world.plan(step(uses="board.tell"))
    with world.journal.write() as db:
        outbox.shipped(db, "incidents", [(world.incident.id, 99)])
    world.run()
    assert world.now().version == 1 and outbox.depth(world.journal, "incidents") == 0
    world.plan(step(1, run="run2"), run="run2")
    world.run()
    assert outbox.depth(world.journal, "incidents") == 1


@given(st.text(min_size=1, max_size=20), st.integers(min_value=1, max_value=50))
def test_delays_grow_are_spread_and_bounded(number: str, attempt: int) -> None:
    base = min(3600, 4 ** (attempt - 1))
    assert base <= delay_seconds(number, attempt) <= base * 1.25
    assert delay_seconds(number, attempt) == delay_seconds(number, attempt)
    assert delay_seconds(number, attempt, least=7000) >= 7000


def test_the_timeline_is_whole(world: World) -> None:
    world.plan(step())
    world.run()
    kinds = [entry.kind for entry in incidents.timeline(world.journal, world.incident.id)]
    assert kinds == ["step", "state"]


def test_what_another_alert_brings_in_later_is_not_acted_on(world: World) -> None:
    world.plan(step(with_={"ip": "{{ entity['source.ip'] }}"}, entities={"source.ip": "203.0.113.7"}))
    world.change(entities={"source.ip": ("203.0.113.7", "198.51.100.1")})
    world.run()
    assert world.step().given == {"ip": "203.0.113.7"}
