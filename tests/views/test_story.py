from __future__ import annotations

from pathlib import Path

from sentinel.clock import SECOND
from sentinel.records.alert import Reason
from sentinel.records.incident import Entry
from sentinel.views import story
from sentinel.views.story import Told
from tests import make, sample

NOW = make.NOW


def text_of(told: Told, title: str, *, compact: bool = False) -> str:
    return "\n".join(line.plain for block in story.blocks(told, NOW, compact=compact) if block.title == title for line in block.lines)


def told(*steps: object, **changed: object) -> Told:
    return Told(make.incident(**changed), [(make.run(), steps)] if steps else [], ())  # type: ignore[list-item]


def test_the_whole_story_answers_what_an_on_call_engineer_asks(tmp_path: Path) -> None:
    journal = sample.write(tmp_path / "j.db")
    from sentinel.journal import incidents

    leak = story.read(journal, incidents.matching(journal, sample.LEAK)[0])
    assert [b.title for b in story.blocks(leak, NOW)] == [
        "What happened", "To whom", "How sure", "Done already", "Do next", "Evidence (redacted)", "Timeline"]
    assert "leak: 9 alerts in 1 min" in text_of(leak, "What happened")
    assert "critical  2x  Secret in an output" in text_of(leak, "What happened")
    assert "key agent-prod (88dc28d0f030…)" in text_of(leak, "To whom")
    assert "risk score 95; 2 rules agree" in text_of(leak, "How sure")
    assert "done  nginx.deny_ip      from 203.0.113.7" in text_of(leak, "Done already")
    assert "sentinel actions undo 7c1f0a52e9b4 e24d9b6603aa" in text_of(leak, "Done already")
    assert "docs/runbooks/leaked-secret.md" in text_of(leak, "Do next")
    assert "<secret.github_pat:3f9a1c2b>" in text_of(leak, "Evidence (redacted)")
    assert "open -> contained" in text_of(leak, "Timeline")
    journal.close()


def test_nothing_done_is_said() -> None:
    assert text_of(told(), "Done already") == "nothing: no playbook answers to this incident"
    assert "nobody is contained" in text_of(told(), "Do next")


def test_trouble_of_its_own_says_how_long_and_asks_nobody_to_contain_it() -> None:
    silent = {"sentinel.operational.source-silent": next(iter(make.incident().rules.values()))}
    lasting: dict[str, object] = {"story": "operational", "rules": silent, "first_at": NOW - 600 * SECOND}
    assert text_of(told(**lasting), "What happened").startswith("operational: it goes on\nbegan 10 min ago")
    assert "contained" not in text_of(told(**lasting), "Do next")
    assert "it is over, and lasted 9 min" in text_of(told(**lasting, state="resolved", last_at=NOW - 60 * SECOND), "What happened")


def test_a_template_that_was_never_filled_in_is_not_shown() -> None:
    skipped = make.step(state="skipped", given={}, with_={"key": "{{ entity['sentinel.key.hash'] }}", "note": "x"}, error="no litellm")
    assert "{{" not in text_of(told(skipped), "Done already") and story.aim(skipped) == "note x"


def test_a_failed_step_says_why_and_what_is_left_to_do() -> None:
    failed = told(make.step(state="failed", error="503 from http://x", target=("user.id", "u1")))
    assert "503 from http://x" in text_of(failed, "Done already")
    assert "litellm.block_key failed (user u1): do it by hand" in text_of(failed, "Do next")


def test_a_planned_step_does_not_look_like_containment() -> None:
    planned = told(make.step(state="planned", target=("user.id", "u1")))
    assert "nothing is contained yet: litellm.block_key was only planned" in text_of(planned, "Do next")
    assert "undo" not in text_of(planned, "Done already")


def test_waiting_and_unknown_steps_say_when_they_are_tried_again() -> None:
    steps = told(make.step(state="waiting", attempts=2, next_at=NOW + 30 * SECOND), make.step(state="unknown", next_at=NOW + 5 * SECOND))
    assert "is tried again in 30 s (attempt 3)" in text_of(steps, "Do next")
    assert "may or may not have happened" in text_of(steps, "Do next")


def test_only_what_holds_can_be_undone() -> None:
    held = make.step(changed=True, target=("user.id", "u1"))
    assert story.can_undo(held)
    for other in (make.step(changed=False, target=("user.id", "u1")), make.step(changed=True),
                  make.step(changed=True, state="undone", target=("user.id", "u1"))):
        assert not story.can_undo(other)


def test_compact_is_shorter_and_says_the_same() -> None:
    one = told(make.step(changed=True), entities={"source.ip": ("203.0.113.7",), "user.id": ("u1",)})
    assert "key agent-prod (88dc28d0f030…) · from 203.0.113.7 · user u1" in text_of(one, "To whom", compact=True)
    lines = {c: sum(len(b.lines) for b in story.blocks(one, NOW, compact=c)) for c in (True, False)}
    assert lines[True] < lines[False]


def test_many_values_are_counted_and_keys_are_short() -> None:
    many = told(entities={"source.ip": tuple(f"203.0.113.{n}" for n in range(9)), "sentinel.key.hash": ("a" * 64,)})
    assert "and 4 more" in text_of(many, "To whom")
    assert "aaaaaaaaaaaa…" in text_of(many, "To whom") and "a" * 13 not in text_of(many, "To whom")


def test_hostile_text_of_any_part_is_escaped() -> None:
    bad = "\x1b[2J\u202e\r\n[red]"
    evil = Told(
        make.incident(title=bad, principal=make.principal(label=bad), evidence=(Reason(bad, bad),), entities={bad: (bad,)},
                      runbook=bad, story=bad, tags=(bad,)),
        [(make.run(), [make.step(uses=bad, given={bad: bad}, error=bad, state="failed")])], [Entry("i", NOW, bad, bad)])
    shown = [story.headline(evil.incident)] + [line for b in story.blocks(evil, NOW) for line in b.lines]
    for line in shown:
        assert line.plain.isprintable(), line.plain
    assert sum("\\x1b[2J" in line.plain for line in shown) >= 6


def test_summary_names_what_was_done_first_and_leaves_out_what_was_skipped() -> None:
    steps = [make.step(), make.step(uses="slack.post"), make.step(uses="nginx.deny_ip", state="failed"), make.step(uses="x", state="skipped")]
    assert story.summary(steps) == "litellm.block_key, slack.post; failed nginx.deny_ip"
    assert story.summary([]) == "nothing"


def test_plain_gives_instants_as_text() -> None:
    document = story.plain(make.incident())
    assert document["first_at"] == "2026-11-24T22:00:00Z"
    assert document["rules"]["rule-1"]["last_at"] == "2026-11-24T22:00:00Z"
    assert story.plain(make.step())["finished_at"] is None
