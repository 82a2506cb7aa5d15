"""Which format `auto` takes, and that nothing of the lines it looked at is lost, read twice or read by another after a restart."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from sentinel.formats import load
from sentinel.formats._lines import Auto, Choosing, Records, choose, opened
from sentinel.formats._lines.choice import MOST_LINES
from sentinel.records.line import File, Line
from tests import make

KNOWN = load()
SAMPLES = Path("tests/formats/samples")
ACCESS = b'203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /%d HTTP/1.1" 200 5 "-" "x"'
# What other programs write too, or what is about no program.
SAME = {"json/hostile.log"}


@pytest.mark.parametrize("log", [log for log in sorted(SAMPLES.glob("*/*.log")) if str(log.relative_to(SAMPLES)) not in SAME],
                         ids=lambda log: f"{log.parent.name}/{log.name}")
def test_it_knows_the_logs_of_each_program(log: Path) -> None:
    choice = choose(log.read_bytes().splitlines(), KNOWN, make.Clock())
    assert choice is not None and choice.name == log.parent.name, choice


def test_lines_that_several_can_read() -> None:
    lines = [ACCESS % n for n in range(20)]
    nobody, httpd = (choose(lines, KNOWN, make.Clock(), path) for path in ("", "/var/log/apache2/access.log"))
    assert nobody is not None and nobody.name == "nginx"
    assert nobody.why.startswith("reads 100% of 20 lines and fills 9.0 fields of each; next: apache (9.0), traefik (9.0)")
    assert httpd is not None and httpd.name == "apache"


@pytest.mark.parametrize("lines", [[], [b"", b" "], [b"hello world"] * 9, [b'{"a":1}'] * 9, [b"\xff\xfe"], [b'{"broken'] * 3])
def test_lines_that_nobody_reads(lines: list[bytes]) -> None:
    assert choose(lines, KNOWN, make.Clock()) is None


class Source:
    def __init__(self, form: Any = None) -> None:
        self.memories, self.clock, self.offset = [make.Kept() for _ in range(3)], make.Clock(), 0
        self.found: list[tuple[int, str]] = []
        self.start(form or Auto(KNOWN))

    def start(self, form: Any) -> None:
        """A start, after a kill or a change of the config."""
        self.records = opened("s", form, *self.memories, self.clock)

    def add(self, *lines: bytes) -> None:
        for data in lines:
            self._note(self.records.take(Line(File("f" * 16, "s", "/x"), self.offset, data, len(data) + 1)))
            self.offset += len(data) + 1
        self.records.save()

    def wait(self, seconds: float = 0, *, everything: bool = False) -> None:
        self.clock.sleep(seconds)
        self._note(self.records.due(everything=everything))
        self.records.save()

    def _note(self, pieces: Any) -> None:
        self.found += [(piece.line.offset, piece.reason or piece.records[0].fields["url.path"]) for piece in pieces]


def test_the_first_lines_wait_and_are_then_read_in_order() -> None:
    source = Source()
    source.add(*(ACCESS % n for n in range(MOST_LINES - 1)))
    assert source.found == []
    source.add(ACCESS % (MOST_LINES - 1), ACCESS % MOST_LINES)
    assert [path for _, path in source.found] == [f"/{n}" for n in range(MOST_LINES + 1)]
    assert source.records.form.name == "nginx"


def test_few_lines_wait_no_longer_than_two_seconds() -> None:
    source = Source()
    source.add(ACCESS % 1)
    source.wait(1)
    assert source.found == [] and not source.records.overdue()
    source.clock.sleep(1)
    assert source.records.overdue()
    source.wait()
    assert [path for _, path in source.found] == ["/1"]


def test_at_the_end_nothing_waits() -> None:
    source = Source()
    source.add(ACCESS % 1)
    assert source.records.overdue(everything=True)
    source.wait(everything=True)
    assert [path for _, path in source.found] == ["/1"]


def test_a_kill_while_lines_wait_loses_none_and_doubles_none() -> None:
    source = Source()
    source.add(ACCESS % 1, ACCESS % 2)
    source.start(Auto(KNOWN))
    source.add(ACCESS % 3)
    source.wait(3)
    source.start(Auto(KNOWN))
    source.wait(3)
    assert [path for _, path in source.found] == ["/1", "/2", "/3"]


def test_a_restart_never_chooses_again(caplog: pytest.LogCaptureFixture) -> None:
    source = Source()
    with caplog.at_level(logging.WARNING):
        source.add(ACCESS % 1)
        source.wait(3)
    assert "source s: format auto is nginx from now on: reads 100% of 1 lines" in caplog.text
    source.start(Auto(KNOWN))
    source.add(*[b"time=2026-11-24T23:06:29Z ip=203.0.113.7 user=u-1 prompt=Hi"] * 100)
    assert source.records.form.name == "nginx"
    assert {reason for _, reason in source.found[1:]} == {"does not match the pattern of the format (format nginx, which `auto` chose)"}


def test_a_format_that_is_gone_is_said(caplog: pytest.LogCaptureFixture) -> None:
    source = Source()
    source.add(ACCESS % 1)
    source.wait(3)
    source.start(Auto({name: form for name, form in KNOWN.items() if name != "nginx"}))
    assert "its format nginx is gone" in caplog.text
    source.add(ACCESS % 2)
    source.wait(3)
    assert source.records.form.name == "apache"


def test_lines_that_nobody_reads_are_dead_letters_and_the_next_ones_are_tried() -> None:
    source = Source()
    source.add(b"# a banner", b"# of two lines")
    source.wait(3)
    assert [reason for _, reason in source.found] == ["no format reads these lines; write `format:` into the source, `auto` found none"] * 2
    source.add(ACCESS % 1)
    source.wait(3)
    assert source.found[-1][1] == "/1"


def test_a_format_in_the_config_takes_the_lines_that_waited() -> None:
    source = Source()
    source.add(ACCESS % 1)
    source.start(KNOWN["apache"])
    source.add(ACCESS % 2)
    source.wait(3)
    assert [path for _, path in source.found] == ["/1", "/2"]
    source.start(KNOWN["apache"])
    assert isinstance(source.records, Records) and not isinstance(source.records, Choosing)


def test_the_sample_is_bounded_in_bytes() -> None:
    source = Source()
    source.add(b"x" * 300_000)
    assert len(source.found) == 1
