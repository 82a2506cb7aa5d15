from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from sentinel.clock import SECOND
from sentinel.config.model import SourceConfig
from sentinel.journal.batch import Batch
from sentinel.operational.watch import Watch
from sentinel.records.deadletter import DeadLetter
from tests import make

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND


def config(name: str = "gateway", **changed: Any) -> SourceConfig:
    return SourceConfig.model_validate({"name": name, "paths": ["x"], "format": "json", "silent_after": "10m"} | changed)


def batch(events: int = 0, dead: int = 0, *, at: int = make.NOW, source: str = "gateway") -> Batch:
    letters = [DeadLetter(0, "line", source, "x:0", "no JSON", "", 1, at)] * dead
    return Batch(events=[(make.event({}, file=make.file(source=source), at=at), {})] * events, deadletters=letters,
                 counts={f"lines:{source}": events + dead})


def test_each_source_is_judged_by_what_came_of_it() -> None:
    watch = Watch([config(), config("edge")], {}, (), make.NOW)
    watch.saw(batch(30), make.NOW + 1)
    watch.saw(batch(0, 30, source="edge"), make.NOW + 1)
    judged = watch.judged({"gateway": 0, "edge": 0}, make.NOW + 11 * MINUTE)
    assert "no line since" in judged["source-silent", "gateway"]
    assert judged["source-unreadable", "gateway"] == ""
    assert "30 of its last 30" in judged["source-unreadable", "edge"]


def test_silence_is_judged_only_when_everything_is_read() -> None:
    watch = Watch([config()], {}, (), make.NOW)
    for behind in ({"gateway": 1}, {}):
        assert ("source-silent", "gateway") not in watch.judged(behind, make.NOW + HOUR)
    assert watch.judged({"gateway": 0}, make.NOW + HOUR)["source-silent", "gateway"]


def test_dead_letters_alone_are_no_silence() -> None:
    watch = Watch([config()], {}, (), make.NOW)
    watch.saw(batch(0, 1), make.NOW + 9 * MINUTE)
    assert watch.judged({"gateway": 0}, make.NOW + 15 * MINUTE)["source-silent", "gateway"] == ""


def test_times_off_by_an_hour_name_the_zone() -> None:
    watch = Watch([config()], {}, (), make.NOW)
    watch.saw(batch(25, at=make.NOW + 11 * HOUR // 2), make.NOW)
    assert "5.5 h ahead of this host's clock: if they carry no zone, set `timezone: +05:30`" in watch.judged({}, make.NOW)["source-clock", "gateway"]


def test_records_without_a_time_say_nothing_of_the_zone() -> None:
    """vLLM's log: its own lines have a time, the access lines among them have none and get the reader's."""
    watch = Watch([config()], {}, (), make.NOW)
    for second in range(40):
        now, file = make.NOW + second * SECOND, make.file(source="gateway")
        own = make.event({}, file=file, at=now + 2 * HOUR)
        lent = replace(make.event({}, file=file, at=now), lent=True)
        watch.saw(Batch(events=[(own if second % 2 else lent, {})], counts={"lines:gateway": 1}), now)
    assert "2 h ahead of" in (watch.judged({}, make.NOW + MINUTE)["source-clock", "gateway"] or "")


def test_what_is_known_survives_a_restart() -> None:
    first = Watch([config()], {}, (), make.NOW)
    first.saw(batch(5), make.NOW + MINUTE)
    again = Watch([config()], first.habits(), {"gateway"}, make.NOW + 20 * MINUTE)
    judged = again.judged({"gateway": 0}, make.NOW + 20 * MINUTE)
    assert "2026-11-24T22:01:00Z" in judged["source-silent", "gateway"]
    assert ("source-unreadable", "gateway") not in judged, "not before enough was read again"


def test_a_reload_keeps_what_stays_and_forgets_what_goes() -> None:
    watch = Watch([config(), config("edge")], {}, (), make.NOW)
    watch.saw(batch(5), make.NOW + MINUTE)
    watch.use([config(silent_after="1h"), config("new")], make.NOW + 2 * MINUTE)
    judged = watch.judged({"gateway": 0, "edge": 0, "new": 0}, make.NOW + 30 * MINUTE)
    assert judged["source-silent", "gateway"] == ""
    assert ("source-silent", "edge") not in judged
    assert "never had a line" in judged["source-silent", "new"]
    watch.saw(batch(5, source="edge"), make.NOW)
