"""What is said of a case that does not come out."""

from __future__ import annotations

from pathlib import Path

from sentinel.records.event import Event
from sentinel.rules.author.cases import Enrich, run
from tests.rules.author.cases.conftest import THREE, results


def test_the_condition_is_told_of_the_event_that_came_nearest(tmp_path: Path) -> None:
    events = "[{http.response.status_code: 200}, {http.response.status_code: 401}, {url.path: /}]"
    [result] = results(tmp_path, f"- {{name: x, events: {events}, fires: true}}")
    [told] = result.told
    assert (told.title, told.event, told.explained.held, told.explained.value) == ("Refused", 2, True, 401)
    assert result.windows == ("Burst: event_count gte 3 within 10s", "  source.ip is missing, so it is not counted: 1 event(s), at +1s")


def test_the_condition_is_told_of_the_event_that_should_not_have_fired(tmp_path: Path) -> None:
    [result] = results(tmp_path, f"- {{name: x, events: [{THREE}, {{source.ip: 192.0.2.1}}], fires: false}}")
    assert result.told[0].event == 3 and result.windows[1] == "  source.ip is 192.0.2.1: 3 event(s), at +0s, +2s, +4s"


def test_detectors_come_before_the_rules_and_forget_between_cases(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text("title: New\nlogsource: {category: llm}\ndetection: {s: {sentinel.new: true}, condition: s}")
    (tmp_path / "r.cases.yml").write_text("- {name: a, events: [{f: 1}, {f: 1}], fires: 1}\n- {name: b, events: [{f: 1}], fires: 1}")

    def enriching() -> Enrich:
        seen: set[int] = set()

        def enrich(event: Event) -> None:
            if event.fields["f"] not in seen:
                event.fields["sentinel.new"] = True
            seen.add(event.fields["f"])

        return enrich

    assert [one.problem for one in run([tmp_path], enriching)] == ["", ""]
