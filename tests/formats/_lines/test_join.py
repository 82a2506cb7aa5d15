"""Parts that were logged apart become one record; whoever chooses their id can neither hide a text nor cost time."""

from __future__ import annotations

from time import process_time

import pytest

from sentinel.formats._base import Join, Record
from sentinel.formats._lines import join
from sentinel.formats._lines.join import Parts, merged
from sentinel.records.line import File, Line
from tests import make

FILE = File("ab" * 8, "app", "/x")


def part(text: str, **given: object) -> Record:
    return Record(0, {"gen_ai.completion": text}, Join("j", **given))  # type: ignore[arg-type]


def test_the_first_value_and_the_earliest_time_are_kept() -> None:
    into = merged([Record(5, {"user.id": "a", "gen_ai.completion": "x"}),
                   Record(3, {"user.id": "b", "source.ip": "192.0.2.1", "gen_ai.completion": "y"}, Join("j")), Record(0, {})])
    assert (into.at, into.fields) == (3, {"user.id": "a", "gen_ai.completion": "x", "source.ip": "192.0.2.1"})


def test_a_lent_time_stays_a_lent_one() -> None:
    own, lent = Record(5, {}), Record(3, {}, lent=True)
    assert merged([own, lent]).lent and not merged([own, Record(7, {}, lent=True)]).lent


def test_lines_are_added_to_fields_that_hold_messages() -> None:
    texts = Join("j", append=("gen_ai.completion",), lines=("gen_ai.prompt",))
    into = merged([Record(5, {"gen_ai.prompt": "first", "gen_ai.completion": "a"}, texts),
                   Record(6, {"gen_ai.prompt": "second", "gen_ai.completion": "b"}, texts)])
    assert into.fields == {"gen_ai.prompt": "first\nsecond", "gen_ai.completion": "ab"}


@pytest.mark.parametrize(("have", "value", "kept"), [
    ("Hel", "Hello", "Hello"), ("Hello", "Hello", "Hello"), ("Hello there", "Hello", "Hello there"), ("Hello", "Bye", "Hello\nBye")])
def test_what_was_streamed_and_is_given_whole_at_the_end_is_there_once(have: str, value: str, kept: str) -> None:
    assert merged([part(have), part(value, last=True, whole=("gen_ai.completion",))]).fields == {"gen_ai.completion": kept}


def test_lists_are_put_one_behind_the_other_and_the_parts_stay_as_they_were() -> None:
    first, second = Record(0, {"gen_ai.tool.name": ["a"]}), Record(0, {"gen_ai.tool.name": ["b"]})
    assert merged([first, second]).fields == {"gen_ai.tool.name": ["a", "b"]}
    assert first.fields == {"gen_ai.tool.name": ["a"]}


def test_a_category_of_any_part_is_kept() -> None:
    assert merged([Record(0, {}), Record(0, {}, category="webserver")]).category == "webserver"


def test_one_id_for_everything_costs_linear_time_and_goes_on_when_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    parts, begun = Parts(make.Kept(), make.Clock(), 30), process_time()
    found = [piece for number in range(25_000)
             for piece in parts.add(Line(FILE, number, b"x" * 100, 101), 0,
                                    part("x" * 99 + str(number % 10), whole=("gen_ai.completion",)), Join("j"), 100)]
    assert process_time() - begun < 5
    assert [len(piece.records[0].fields["sentinel.line.flaws"]) for piece in found] == [1, 1]
    monkeypatch.setattr(join, "_LARGEST", 150 + 256)
    assert len([1 for number in range(4) for _ in parts.add(Line(FILE, number, b"x" * 100, 101), 0, part("y"), Join("k"), 100)]) == 2
