"""Lines put together to records, parts to events; a restart anywhere changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.errors import Unreadable
from sentinel.formats import load
from sentinel.formats._base import Format, Frame, Join, Record
from sentinel.formats._lines import Records, join, records
from sentinel.records.line import File, Line
from tests import make

FILE = File("ab" * 8, "app", "/var/log/app.log")
JSON = load()["json"]
CRI = b"2026-11-24T23:01:23.5Z "


class Parts(Format):
    """`id word`, `id ...` (more follows), `id .` (the last); lines that begin with a blank go on."""

    name, category, forgeable, fields, joins = "parts", "llm", frozenset[str](), frozenset({"gen_ai.completion"}), True

    def frame(self, line: bytes) -> Frame:
        return Frame.MORE if line.startswith(b" ") else Frame.BEGIN

    def decode(self, record: bytes) -> Sequence[Record]:
        words = record.decode().split(" ", 1)
        if len(words) != 2:
            raise Unreadable("no word")
        name, text = words
        if name == "-":
            return (Record(0, {"gen_ai.prompt": text}),)
        return (Record(0, {"gen_ai.completion": text, "gen_ai.tool.name": [text]},
                       Join(name, last=text.endswith("."), append=("gen_ai.completion",))),)


class Log:
    """Feeds lines, as often restarted as wanted."""

    def __init__(self, form: Format = JSON) -> None:
        self.form, self.memory, self.clock = form, make.Kept(), make.Clock()
        self.offset = 0
        self.found: list[Any] = []
        self.restart()

    def restart(self) -> None:
        self.records = Records(self.form, self.memory, self.clock)

    def add(self, *lines: bytes) -> Log:
        for data in lines:
            self._keep(self.records.take(Line(FILE, self.offset, data, len(data) + 1)))
            self.offset += len(data) + 1
        self.records.save()
        return self

    def end(self, **given: Any) -> list[Any]:
        self._keep(self.records.due(**given))
        self.records.save()
        return self.found

    def _keep(self, pieces: Any) -> None:
        for piece in pieces:
            self.found += [(piece.line.offset, record.fields) for record in piece.records] or [(piece.line.offset, piece.reason)]


def ns(found: list[Any]) -> list[Any]:
    return [fields.get("n") if isinstance(fields, dict) else "unread" for _, fields in found]


def test_one_line_is_one_record_and_waits_for_nothing() -> None:
    log = Log().add(b'{"n":1}', b'{"n":2}')
    assert log.found == [(0, {"n": 1, "sentinel.line.flaws": ["no-time"]}), (8, {"n": 2, "sentinel.line.flaws": ["no-time"]})]
    assert log.memory == {}


def test_printed_json_is_one_record_at_its_first_line() -> None:
    log = Log().add(b'{"n":0}', b"{", b'  "n": 1,', b'  "a": [', b"    1", b"  ]", b"}", b'{"n":2}')
    assert ns(log.found) == [0, 1, 2]
    assert [offset for offset, _ in log.found] == [0, 8, 41]


def test_a_record_that_is_never_finished_goes_on_when_the_next_begins_or_time_is_up() -> None:
    log = Log().add(b'{"n":1,', b'{"n":2}', b'{"n":3,')
    assert ns(log.found) == ["unread", 2]
    assert ns(log.end()) == ["unread", 2]
    log.clock.at += 2 * SECOND
    assert ns(log.end()) == ["unread", 2, "unread"]
    assert log.memory == {}


def test_a_broken_record_does_not_take_its_neighbours_with_it() -> None:
    log = Log().add(b'{"n":1,', b" trailing", b" lines", b'{"n":2}')
    assert ns(log.found) == ["unread", "unread", "unread", 2]
    assert [offset for offset, _ in log.found] == [0, 8, 18, 25]


def test_a_traceback_between_records_costs_its_own_lines_alone() -> None:
    log = Log().add(b'{"n":1}', b"Traceback (most recent call last):", b'  File "x.py", line 1', b"ValueError: {", b'{"n":2}')
    assert ns(log.found) == [1, "unread", "unread", "unread", 2]


def test_container_pieces_of_two_streams_are_put_together() -> None:
    log = Log().add(CRI + b'stdout P {"n":', CRI + b'stderr P {"n"', CRI + b"stdout F 1}", CRI + b"stderr F :2}", CRI + b'stdout F {"n":3}')
    assert [(fields["n"], fields.get("sentinel.line.flaws")) for _, fields in log.found] == [
        (1, None), (2, None), (3, None)]
    assert [offset for offset, _ in log.found] == [0, 38, 146]


def test_an_input_may_hand_over_pieces_of_several_writers_and_say_when_they_were_written() -> None:
    records, found = Records(JSON, make.Kept(), make.Clock()), []
    for number, (stream, data, whole) in enumerate([("a", b'{"n":', False), ("b", b'{"n"', False), ("a", b"1}", True), ("b", b":2}", True),
                                                   ("", b'{"n":3}', True)]):
        for piece in records.take(Line(FILE, number, data, len(data), at=number + 1, stream=stream, whole=whole)):
            found += [(record.fields["n"], record.at) for record in piece.records]
    assert found == [(1, 1), (2, 2), (3, 5)]


def test_the_containers_time_serves_where_the_record_has_none() -> None:
    records = Records(JSON, make.Kept(), make.Clock())
    (piece,) = records.take(Line(FILE, 0, CRI + b'stdout F {"n":1}', 50))
    assert (piece.records[0].at, piece.records[0].lent) == (1795561283_500000000, True)
    (piece,) = records.take(Line(FILE, 50, CRI + b'stdout F {"n":1,"time":1795561299}', 70))
    assert (piece.records[0].at, piece.records[0].lent) == (1795561299_000000000, False)


def test_colours_come_off() -> None:
    assert ns(Log().add(b'\x1b[32m{"n":1}\x1b[0m').found) == [1]


def test_a_message_that_the_journal_left_out_is_said() -> None:
    (piece,) = Records(JSON, make.Kept(), make.Clock()).take(Line(FILE, 0, b'{"_PID":"7","MESSAGE":null,"__REALTIME_TIMESTAMP":"1"}', 50))
    assert "--all" in piece.reason


def test_a_flawed_line_is_said_and_decoded_by_nobody() -> None:
    (piece,) = Records(JSON, make.Kept(), make.Clock()).take(Line(FILE, 0, b'{"n":1}', 9_000_000, "too long"))
    assert (piece.records, piece.reason) == ((), "too long")


def test_parts_become_one_event_where_the_first_stood() -> None:
    log = Log(Parts()).add(b"a one ", b"b x.", b"- whole", b"a two.", b"- end")
    assert log.found == [
        (7, {"gen_ai.completion": "x.", "gen_ai.tool.name": ["x."]}),
        (12, {"gen_ai.prompt": "whole"}),
        (0, {"gen_ai.completion": "one two.", "gen_ai.tool.name": ["one ", "two."]})]


def test_what_nobody_answers_goes_on_marked_when_its_time_is_up() -> None:
    log = Log(Parts()).add(b"a one", b"- end", b"- end")
    log.clock.at += 29 * SECOND
    assert len(log.end()) == 2
    log.restart()
    log.clock.at += SECOND
    assert log.end()[2:] == [(0, {"gen_ai.completion": "one", "gen_ai.tool.name": ["one"], "sentinel.line.flaws": ["unjoined"]})]
    assert log.memory == {}


def test_too_much_that_waits_goes_on_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join, "_MOST_WAITING", 2)
    log = Log(Parts()).add(b"a 1", b"b 2", b"c 3", b"- end")
    assert [fields["gen_ai.completion"] for _, fields in log.found] == ["1"]
    monkeypatch.setattr(join, "_MOST_BYTES", 256 + 4)
    log.add(b"d 444", b"- end")
    assert [fields.get("gen_ai.completion") for _, fields in log.found] == ["1", None, "2", "3", "444"]


def test_too_large_a_record_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_LARGEST", 100)
    log = Log(Parts()).add(b"- a", *[b" " + b"x" * 20] * 50)
    assert max(len(value) for key, value in log.memory.items() if key.startswith("r:")) < 400
    assert len(log.add(b"- b").found[0][1]["gen_ai.prompt"]) <= 100


@pytest.mark.parametrize("wrapped", [
    CRI + b"stdout F  Ignore all", CRI + b"stderr P  Ignore all", b'{"log":" Ignore all\\n","stream":"stdout","time":"2026-11-24T23:01:23Z"}',
    b'{"__REALTIME_TIMESTAMP":"1795561283000000","MESSAGE":" Ignore all"}', b'{"__REALTIME_TIMESTAMP":"1795561283000000","MESSAGE":null}'])
def test_what_a_client_wraps_like_a_container_stays_in_its_record(wrapped: bytes) -> None:
    class Prose(Parts):
        def frame(self, line: bytes) -> Frame:
            return Frame.BEGIN if line.startswith(b"- ") else Frame.MORE

    found = Log(Prose()).add(b"- hello", wrapped, b"bye").end(everything=True)
    assert found == [(0, {"gen_ai.prompt": f"hello\n{wrapped.decode()}\nbye"})]


def test_colours_within_a_container_are_none_of_the_text() -> None:
    log = Log(Parts()).add(b'{"log":"\\u001b[32m- a\\u001b[0m\\n","stream":"stdout","time":"2026-11-24T23:01:23Z"}')
    assert log.end(everything=True) == [(0, {"gen_ai.prompt": "a"})]


@pytest.mark.parametrize(("bound", "most"), [("_MOST_OPEN", 3), ("_MOST_BYTES", 3 * (4_000 + 32))])
def test_streams_that_end_no_line_are_bounded(bound: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, bound, most)
    log = Log(Parts())
    for stream in range(20):
        entry = {"__REALTIME_TIMESTAMP": "1795561283000000", "_PID": str(stream), "_LINE_BREAK": "line-max", "MESSAGE": f"- {stream:03}" + "x" * 3_995}
        log.add(msgspec.json.encode(entry))
        assert len(log.memory) <= 3
    found = log.end(everything=True)
    assert sorted(fields["gen_ai.prompt"][:3] for _, fields in found) == [f"{n:03}" for n in range(20)]


def test_a_record_without_end_is_several_and_none_of_its_lines_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    class Raw(Parts):
        def decode(self, record: bytes) -> Sequence[Record]:
            return (Record(0, {"gen_ai.prompt": record.decode()}),)

    monkeypatch.setattr(records, "_LARGEST", 2_000)
    lines = [b"- a", *[b" %d" % number for number in range(200)]]
    found = Log(Raw()).add(*lines).end(everything=True)
    assert "\n".join(fields["gen_ai.prompt"] for _, fields in found).encode() == b"\n".join(lines)
    assert len(found) == 4


def test_many_parts_of_one_line_count_as_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Batch(Parts):
        def frame(self, line: bytes) -> Frame:
            return Frame.WHOLE

        def decode(self, record: bytes) -> Sequence[Record]:
            return [Record(0, {"gen_ai.prompt": name}, Join(name)) for name in record.decode().split()]

    monkeypatch.setattr(join, "_MOST_BYTES", 40 * (256 + 30))
    log = Log(Batch()).add(" ".join(f"{n:020}" for n in range(40)).encode())
    assert log.found == []


def test_a_line_of_nothing_but_records_is_no_million_events() -> None:
    for name, listed in (("cloudtrail", b'{"Records":[%s]}'), ("azure-openai", b'{"records":[%s]}'), ("json", b"[%s]")):
        [piece] = records.whole(load()[name], [listed % b",".join([b"{}"] * 900)], make.Clock())
        assert piece.reason == f"more than {len(piece.records)} records in {len(piece.line.data)} bytes: the first of them are read"
        assert len(piece.records) < 200


def test_a_faulty_frame_costs_its_line() -> None:
    class Faulty(Parts):
        def frame(self, line: bytes) -> Frame:
            if line == b"bad":
                raise KeyError(line)
            return super().frame(line)

    log = Log(Faulty()).add(b"- a", b"bad", b"2026-11-24T23:01:23Z stdout F bad", b"- b", b"- c")
    assert [fields for _, fields in log.found if fields.__class__ is str] == ["format parts failed with KeyError"] * 2


def test_a_faulty_format_costs_its_record() -> None:
    class Faulty(Parts):
        def decode(self, record: bytes) -> Sequence[Record]:
            raise KeyError(record)

    assert Log(Faulty()).add(b"a", b"b").found == [(0, "format parts failed with KeyError")]


LINES = [b"a one ", b" more", b"b x.", b"- whole", b"a two.", b"b again", CRI + b"stdout P - ha", CRI + b"stdout F lf", b"bad", b"c z", b"- end"]


@given(restarts=st.sets(st.integers(0, len(LINES))))
def test_a_restart_anywhere_changes_nothing(restarts: set[int]) -> None:
    undisturbed = Log(Parts()).add(*LINES).end(everything=True)
    log = Log(Parts())
    for number, line in enumerate(LINES):
        if number in restarts:
            log.restart()
        log.add(line)
    assert log.end(everything=True) == undisturbed
    assert log.memory == {}
    assert msgspec.json.encode(undisturbed)
