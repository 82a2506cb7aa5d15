"""Telling people without the journal."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.actions._base import Action, Context, Failed, Outcome, Params
from sentinel.playbooks.direct import Messenger
from sentinel.playbooks.load import On, Playbook, StepText
from sentinel.playbooks.plan import plan
from sentinel.records.incident import Change
from tests import make
from tests.playbooks.world import Close, Settings


class Say(Action):
    """Tells; what was told is in `told`. The first calls fail as `fails` says."""

    name, tells = "say", True
    fails: list[Exception]

    class With(Params):
        text: str = ""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.told: list[tuple[str, str, str]] = []
        self.fails = []

    def do(self, given: With, context: Context) -> Outcome:
        if self.fails:
            raise self.fails.pop(0)
        self.told.append((context.step, context.incident["id"], given.text))
        return Outcome(True, "said")


def playbook(*steps: dict[str, Any], level: str = "high") -> Playbook:
    return Playbook("p", "", On.model_validate({"level": level}), "act", tuple(StepText.model_validate(s) for s in steps), "v", "p.yml")


def tell(*playbooks: Playbook, mode: str = "observe", fails: list[Exception] | None = None, over: Any = lambda: False) -> tuple[Say, make.Clock]:
    clock = make.Clock()
    say = Say(None, clock)
    say.fails = fails or []
    closes = Close(Settings(), clock)
    Messenger(playbooks, {"say": say, "door.close": closes}, mode, clock).tell(Change(make.incident(), True, make.alert()), over)
    return say, clock


SAY = {"name": "tell", "uses": "say", "with": {"text": "{{ incident.title }}"}}


def test_only_what_tells_is_done_even_when_observing() -> None:
    say, _ = tell(playbook({"name": "close", "uses": "door.close", "with": {"ip": "192.0.2.1"}}, SAY))
    assert [(incident, text) for _, incident, text in say.told] == [("INC-ABCDEFGHIJ", "Secret in an output")]


def test_the_later_step_of_the_journal_has_another_id() -> None:
    book = playbook(SAY)
    [(_, [step])] = plan(Change(make.incident(), True, make.alert()), [book], "act", make.NOW, lambda run: False)
    assert tell(book)[0].told[0][0] != step.id


@pytest.mark.parametrize(("mode", "level", "more"), [("dry-run", "high", {}), ("act", "critical", {}), ("act", "high", {"if": "principal.kind == 'host'"})])
def test_nobody_is_told_what_nobody_wants_to_hear(mode: str, level: str, more: dict[str, str]) -> None:
    assert tell(playbook(SAY | more, level=level), mode=mode)[0].told == []


def test_a_service_that_fails_is_tried_again_for_a_while() -> None:
    say, clock = tell(playbook(SAY), fails=[Failed("429", retry=True, after_seconds=30), Failed("500", retry=True)])
    assert len(say.told) == 1 and clock.now() - make.NOW >= 30 * 10**9
    assert tell(playbook(SAY), fails=[Failed("no such channel")])[0].told == []
    assert tell(playbook(SAY), fails=[Failed("lost", retry=True, unknown=True)])[0].told == [], "it may have been said"
    assert tell(playbook(SAY), fails=[Failed("down", retry=True)] * 99)[0].fails, "not for ever"


def test_what_is_over_is_not_told_any_more() -> None:
    asked = iter([False, True])
    assert tell(playbook(SAY), fails=[Failed("down", retry=True)], over=lambda: next(asked))[0].told == []
