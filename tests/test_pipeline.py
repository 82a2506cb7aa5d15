"""One batch, with the real stages and shipped rules, and a reader that hands over what a test wants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sentinel import detectors, formats
from sentinel.clock import SECOND
from sentinel.detectors import Texts
from sentinel.errors import JournalError
from sentinel.evidence.redact import Redactor
from sentinel.evidence.seal import Seal
from sentinel.journal import alerts, checkpoints, counts, deadletters, events, incidents, runs
from sentinel.journal.database import Journal
from sentinel.journal.state import State, choices
from sentinel.pipeline import Pipeline, Stages
from sentinel.playbooks.plan import Planner
from sentinel.records.line import Checkpoint, File, Line
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read import load as rules
from sentinel.sources.reader import Reading
from sentinel.telemetry import Metrics
from tests import make
from tests.records_litellm import START, key, line, record

ROOT = Path(__file__).parent.parent
FILE = File("ab" * 8, "gateway", "/var/log/a.log")
TOKEN = "ghp_" + "Ab3dE5gH7jK9mN1pQ3rS5tU7vW9xY2z4A6c8"


class Reader:
    """Hands over readings; `committed` says which arrived."""

    def __init__(self, *readings: Reading) -> None:
        self.readings, self.done = list(readings), []

    def read(self) -> Reading:
        return self.readings[0] if self.readings else Reading()

    def committed(self, reading: Reading) -> None:
        if self.readings:
            self.done.append(self.readings.pop(0))


def reading(*rows: bytes, start: int = 0) -> Reading:
    lines, offset = [], start
    for row in rows:
        data = row.rstrip(b"\n")
        lines.append(Line(FILE, offset, data, len(data) + 1))
        offset += len(data) + 1
    return Reading(lines=lines, checkpoints=[Checkpoint(FILE, offset, 1, 1, "h", 1, "t", make.NOW)])


@pytest.fixture(scope="module")
def stages() -> Stages:
    redactor = Redactor(b"k" * 32)
    found = detectors.load(redactor.pseudonym)
    return Stages({"gateway": formats.load()["litellm"]}, found, RuleSet([]), Redactor(b"k" * 32, Texts(found).everything),
                  Planner([], "act"), Seal(b"k" * 32), 3600 * SECOND)


@pytest.fixture(scope="module")
def shipped() -> list[Any]:
    return rules.load([ROOT / "rules"]).rules


class Bench:
    def __init__(self, tmp_path: Path, stages: Stages, shipped: list[Any], reader: Reader) -> None:
        self.journal, self.clock, self.reader = Journal(tmp_path / "j.db"), make.Clock(), reader
        self.state = State(self.journal)
        self.decided: list[Any] = []
        stages = replace(stages, rules=RuleSet(shipped, self.state.section))
        self.pipeline = Pipeline(reader, stages, self.journal, self.state, self.clock, Metrics(), lambda _, d: self.decided.append(d))  # type: ignore[arg-type]

    def run(self) -> None:
        while self.pipeline.turn() is not None:
            pass


@pytest.fixture
def bench(tmp_path: Path, stages: Stages, shipped: list[Any]) -> Iterator[Any]:
    made: list[Bench] = []

    def build(*readings: Reading) -> Bench:
        made.append(Bench(tmp_path, stages, shipped, Reader(*readings)))
        return made[-1]

    yield build
    for one in made:
        one.journal.close()


def test_a_leak_becomes_an_incident_of_its_key_and_nothing_raw_is_kept(bench: Any) -> None:
    one = bench(reading(line(1), line(2, who="eve", answer=f"Use {TOKEN} to push.", address="192.0.2.66"), line(3)))
    one.run()
    assert [e.fields["sentinel.call.id"] for _, e in events.listed(one.journal)] == ["call-1", "call-2", "call-3"]
    [incident] = incidents.listed(one.journal)
    assert (incident.story, incident.severity, incident.principal.kind, incident.principal.id) == ("leak", "high", "key", key("eve"))
    assert incident.entities["source.ip"] == ("192.0.2.66",)
    assert [i for _, i, _ in alerts.listed(one.journal)] == [incident.id]
    assert [c.offset for c in checkpoints.known(one.journal)] == [one.reader.done[0].checkpoints[0].offset]
    assert counts.all_of(one.journal)["lines:gateway"] == 3
    assert one.decided and incident.id in one.decided[0].incidents
    one.journal.close()
    everything = b"".join(p.read_bytes() for p in Path(one.journal.path).parent.iterdir())
    assert TOKEN.encode() not in everything


def test_batches_of_any_size_give_the_same_ids(tmp_path: Path, stages: Stages, shipped: list[Any]) -> None:
    rows = [line(n, who=f"k{n % 3}", answer=f"card 4539 1488 0343 6467, mail p{n}@mailbox.org" if n % 4 == 0 else "fine")
            for n in range(40)]
    seen = []
    for size in (1, 7, 40):
        (folder := tmp_path / str(size)).mkdir()
        readings, offset = [], 0
        for at in range(0, 40, size):
            readings.append(reading(*rows[at:at + size], start=offset))
            offset = readings[-1].checkpoints[0].offset
        one = Bench(folder, stages, shipped, Reader(*readings))
        one.run()
        seen.append(([e.id for _, e in events.listed(one.journal)], [a.id for _, _, a in alerts.listed(one.journal)],
                     {i.id: (i.alerts, i.version, i.score) for i in incidents.listed(one.journal)}))
        one.journal.close()
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][2]


def test_what_does_not_parse_is_a_dead_letter_without_raw_data_and_the_rest_goes_on(bench: Any) -> None:
    broken = Line(FILE, 5, b"x" * 100, 40_000_000, "too long: 40000000 bytes, the limit is 16777216")
    first = reading(b"no JSON, mail ann.lee@mailbox.org \x1b[31m", line(2))
    one = bench(Reading(lines=[*first.lines, broken], checkpoints=first.checkpoints))
    one.run()
    letters = {d.place: d for d in deadletters.listed(one.journal)}
    assert set(letters) == {"/var/log/a.log:0", "/var/log/a.log:5"}
    assert "ann.lee" not in letters["/var/log/a.log:0"].preview and "\x1b" not in letters["/var/log/a.log:0"].preview
    assert letters["/var/log/a.log:5"].size == 40_000_000
    assert len(list(events.listed(one.journal))) == 1
    assert counts.all_of(one.journal)["deadletters:gateway"] == 2


def test_a_detector_that_throws_costs_its_findings_and_nothing_is_kept_raw(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one = bench(reading(line(1, answer=f"Use {TOKEN} now."), line(2)))
    [secrets] = [d for d in one.pipeline._stages.detectors if d.name == "secrets"]
    monkeypatch.setattr(type(secrets), "inspect", lambda *_: 1 / 0)
    one.run()
    stored = [e for _, e in events.listed(one.journal)]
    assert len(stored) == 2
    assert TOKEN not in json.dumps(stored[0].fields)


def test_a_key_that_was_never_let_in_names_nobody(bench: Any) -> None:
    """LiteLLM logs a wrong key as it came; who sends a victim's hash must not get the victim blocked."""
    refused = {"status": "failure", "response": {}, "error_str": "Authentication Error",
               "error_information": {"error_code": "401", "error_class": "ProxyException"}, "requester_ip_address": None}
    one = bench(reading(line(1, who="victim", prompt=f"my key: {TOKEN}", **refused)))
    one.run()
    for incident in incidents.listed(one.journal):
        assert incident.principal.kind != "key"
        assert "sentinel.key.hash" not in incident.entities


def test_what_our_own_block_causes_feeds_no_rule_and_a_success_after_it_is_marked(bench: Any) -> None:
    later = {"at": (make.NOW + 300 * SECOND) / SECOND}
    refused = {"status": "failure", "response": {}, "error_information": {"error_code": "401", "error_class": "ProxyException"}}
    one = bench(reading(line(1, who="eve", prompt=f"key {TOKEN}", **later, **refused), line(2, who="eve", **later),
                        line(3, who="eve", at=START), line(4, who="bob", **later)))
    with one.journal.write() as db:
        runs.put(db, [make.run()], [make.step(target=("sentinel.key.hash", key("eve")), finished_at=make.NOW)])
    other = Journal(one.journal.path)
    with other.write() as db:
        runs.put(db, [], [])
    other.close()
    one.run()
    fields = [e.fields for _, e in events.listed(one.journal)]
    assert fields[0]["sentinel.contained"] is True
    assert (fields[1]["sentinel.revoked.seconds"], fields[1]["sentinel.revoked.field"]) == (300, "sentinel.key.hash")
    assert all("sentinel.revoked.seconds" not in f for f in fields[2:])
    assert [i.title for i in incidents.listed(one.journal)] == ["A revoked key is still served"]


@pytest.mark.parametrize(("forgeable", "outcome"), [(frozenset({"user.id"}), "failure"), (frozenset(), "")])
def test_a_client_that_names_somebody_who_was_contained_is_seen_all_the_same(bench: Any, forgeable: frozenset[str], outcome: str) -> None:
    one = bench()
    one.pipeline._closed = {"user.id": {"eve": make.NOW - SECOND}}
    event = make.event({"user.id": "eve", **({"event.outcome": outcome} if outcome else {})})
    assert one.pipeline._mark_closed(event, forgeable) is False
    assert "sentinel.contained" not in event.fields


def test_a_commit_that_fails_is_tried_again_and_reading_waits(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sentinel.pipeline as module

    one, real, failures = bench(reading(line(1)), reading(line(2), start=5000)), module.commit, [JournalError("disk full")] * 3

    def flaky(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return real(*arguments)

    monkeypatch.setattr(module, "commit", flaky)
    one.run()
    assert [e.fields["sentinel.call.id"] for _, e in events.listed(one.journal)] == ["call-1", "call-2"]
    assert one.pipeline.problem == ""


def test_while_stopping_a_batch_is_given_up_between_two_lines(bench: Any) -> None:
    """Lines made to be slow held up the end of the process until it was killed."""
    one = bench(reading(*(line(n) for n in range(5))))
    asked = iter([False, False, True])
    assert one.pipeline.turn(stopping=lambda: next(asked)) is None
    assert list(events.listed(one.journal)) == [] and one.reader.done == []


def test_while_stopping_a_batch_that_cannot_be_written_is_given_up(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sentinel.pipeline as module

    def full(*arguments: Any) -> Any:
        raise JournalError("disk full")

    one = bench(reading(line(1)))
    monkeypatch.setattr(module, "commit", full)
    asked = iter([False, True])
    assert one.pipeline.turn(stopping=lambda: next(asked)) is None
    assert one.reader.done == []


def test_how_many_it_took_is_among_the_reasons(bench: Any) -> None:
    one = bench(reading(*[line(n, who="eve", address=f"203.0.113.{n}") for n in range(12)]))
    one.run()
    [incident] = [i for i in incidents.listed(one.journal) if "addresses" in i.title]
    assert any(r.field == "counted" and r.value.endswith(" different values") for r in incident.evidence)


def test_slow_lines_are_progress(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of lines made to be slow took longer than the watchdog waits: killed, read again, killed."""
    one = bench(reading(line(1), line(2) + line(3)))  # two in one line
    idle: list[float] = []

    def slow(*given: Any, **more: Any) -> Any:
        idle.append(one.clock.monotonic() - one.pipeline.progress_at)
        one.clock.sleep(20)
        return [], []

    monkeypatch.setattr(one.pipeline._inspector, "inspect", slow)
    one.run()
    assert idle == [0.0, 0.0, 0.0]


def test_what_a_client_puts_where_the_server_writes_is_not_kept_raw(bench: Any) -> None:
    mail = "alice.w@corp-mail.org"
    one = bench(reading(line(1, litellm_call_id=mail), line(2, custom_llm_provider=mail)))
    one.run()
    stored = [event.fields for _, event in events.listed(one.journal)]
    assert len(stored) == 2 and mail not in str(stored)
    assert stored[0]["sentinel.call.id"] == stored[1]["gen_ai.provider.name"] == Redactor(b"k" * 32).pseudonym("EMAIL", mail)


GROUPED = """
title: Any call
id: 7a1c5e1e-0000-4000-8000-000000000001
name: any_call
status: test
level: low
logsource: {category: llm}
detection:
  it: {event.outcome: success}
  condition: it
---
title: Many calls of one person
id: 7a1c5e1e-0000-4000-8000-000000000002
status: test
level: high
correlation: {type: event_count, rules: [any_call], group-by: [who, user.id], timespan: 1h, condition: {gte: 2},
              aliases: {who: {any_call: user.email}}}
"""


def test_what_rules_group_by_and_detectors_remember_is_not_kept_raw(bench: Any, shipped: list[Any], tmp_path: Path) -> None:
    mail = "alice.w@corp-mail.org"
    (tmp_path / "r.yml").write_text(GROUPED)
    shipped = shipped + rules.load([tmp_path / "r.yml"]).rules
    made = [record(number, model_group=mail) for number in range(3)]
    for one in made:
        one["metadata"] |= {"user_api_key_user_id": mail, "user_api_key_user_email": mail}
    bed = bench(reading(*[json.dumps(one).encode() for one in made]))
    bed.pipeline.use(replace(bed.pipeline._stages, rules=RuleSet(shipped, bed.state.section)))
    bed.run()
    grouped = [alert for _, _, alert in alerts.listed(bed.journal) if alert.title == "Many calls of one person"]
    assert dict(grouped[0].group)["who"] == Redactor(b"k" * 32).pseudonym("EMAIL", mail)
    bed.journal.close()
    assert mail.encode() not in b"".join(p.read_bytes() for p in Path(bed.journal.path).parent.glob("j.db*"))


def test_an_unfinished_record_is_not_late_while_its_next_line_is_still_to_be_read(bench: Any) -> None:
    rows = [b"2026-11-24T23:01:23Z stdout %s %s" % (mark, part) for mark, part in zip(
        (b"P", b"F"), (line(0)[:100], line(0)[100:].rstrip()), strict=True)]
    one = bench(reading(rows[0]))
    one.run()
    assert list(events.listed(one.journal)) == []
    one.clock.at += 3600 * SECOND
    one.reader.readings.append(reading(rows[1], start=len(rows[0]) + 1))
    one.run()
    assert [event.offset for _, event in events.listed(one.journal)] == [0]
    assert list(deadletters.listed(one.journal)) == []


def test_what_nobody_finishes_goes_on_without_a_new_line(bench: Any) -> None:
    one = bench(reading(b"2026-11-24T23:01:23Z stdout P {"))
    one.run()
    assert list(deadletters.listed(one.journal)) == []
    one.clock.at += 2 * SECOND
    one.run()
    assert len(list(deadletters.listed(one.journal))) == 1
    assert one.pipeline.turn() is None


def test_the_lines_by_which_auto_chooses_survive_a_kill_sealed_and_are_read_once(
        tmp_path: Path, stages: Stages, shipped: list[Any]) -> None:
    auto = replace(stages, formats={"gateway": formats.Auto(formats.load())})
    rows = [line(1), line(2, answer=f"Use {TOKEN} to push.")]
    first = Bench(tmp_path, auto, shipped, Reader(reading(*rows)))
    first.run()
    assert list(events.listed(first.journal)) == []
    first.journal.close()
    assert all(TOKEN.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    second = Bench(tmp_path, auto, shipped, Reader())
    second.clock.at += 2 * SECOND
    second.run()
    assert [event.fields["sentinel.call.id"] for _, event in events.listed(second.journal)] == ["call-1", "call-2"]
    assert choices(second.journal)["gateway"]["name"] == "litellm"
    [incident] = incidents.listed(second.journal)
    assert incident.principal.kind == "key"  # what the chosen format calls trustworthy, and not what any might
    second.journal.close()
