from __future__ import annotations

import io
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sentinel.clock import SECOND
from sentinel.views import terminal
from tests.make import NOW

HOSTILE = "\x1b[31mred\x1b[0m [bold]x[/bold] :smile:\r\n\x9b2J\u202eevil\x00\ud800"


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "now"), (1, "1 s ago"), (59, "59 s ago"), (60, "1 min ago"), (180, "3 min ago"), (3_599, "59 min ago"),
    (3_600, "1 h ago"), (86_399, "23 h ago"), (86_400 * 3, "3 d ago"), (-20, "in 20 s")])
def test_age_is_in_one_unit(seconds: int, text: str) -> None:
    assert terminal.age(NOW - seconds * SECOND, NOW) == text


def test_when_is_relative_and_exact() -> None:
    assert terminal.when(NOW - 180 * SECOND + 123, NOW) == "2 min ago  2026-11-24 21:57:00Z"


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (4_000, "4.0 kB"), (1_200_000_000, "1.2 GB"), (3e13, "30.0 TB")])
def test_size_is_in_decimal_units(count: float, text: str) -> None:
    assert terminal.size(count) == text


def test_columns_align_and_nothing_trails() -> None:
    lines = terminal.table(["A", terminal.Column("N", right=True), "TITLE"], [("x", 12, "日本"), ("long", 3, "")], 0)
    assert [line.plain for line in lines] == ["A      N  TITLE", "x     12  日本", "long   3"]


def test_a_narrow_terminal_gets_a_second_line_and_no_line_is_too_long() -> None:
    columns = ["ID", terminal.Column("TITLE", below=True), terminal.Column("WHO", below=True)]
    lines = terminal.table(columns, [("INC-1", "a title of some length", "somebody")], 30)
    assert [line.plain for line in lines] == ["ID", "INC-1", "    a title of some length · …"]
    assert len(terminal.table(columns, [("INC-1", "short", "me")], 30)) == 2, "what fits stays on one line"
    assert len(terminal.table(columns, [("INC-1", "a title of some length", "somebody"), ("INC-2", "", "")], 30)) == 4, "no line for nothing"


def test_a_sentence_that_does_not_fit_goes_on_below_itself() -> None:
    rows = [("rules", "ok", "49 work"), ("source a", "warning", "it would be nginx, which reads all")]
    beside = terminal.table(["CHECKED", "STATE", terminal.Column("FOUND", wraps=True)], rows, 42)
    assert [line.plain for line in beside] == [
        "CHECKED   STATE    FOUND", "rules     ok       49 work", "source a  warning  it would be nginx,", "                   which reads all"]
    below = terminal.table(["NAME", terminal.Column("ABOUT", below=True, wraps=True)], [("nginx", "the access log of nginx, combined")], 30)
    assert [line.plain for line in below] == ["NAME", "nginx", "    the access log of nginx,", "    combined"]
    whole = terminal.table(["A", terminal.Column("B", wraps=True)], [("x", "a long sentence " * 20)], 0)
    assert len(whole) == 2, "a pipe has no width"


@given(st.text())
def test_no_text_reaches_the_terminal_raw(text: str) -> None:
    out = io.StringIO()
    Console(file=out, markup=False, highlight=False, emoji=False, soft_wrap=True, force_terminal=False).print(terminal.safe(text))
    shown = out.getvalue().removesuffix("\n")
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def test_hostile_text_is_shown_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say(HOSTILE)
    assert capsys.readouterr().out == (
        "\\x1b[31mred\\x1b[0m [bold]x[/bold] :smile:\\x0d\\x0a\\x9b2J\\u{202e}evil\\x00\\u{d800}\n")


def test_json_is_one_ascii_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.put_json({"text": HOSTILE + "\x7f"})
    out = capsys.readouterr().out
    assert out.isascii() and out.count("\n") == 1 and not set(out[:-1]) & set(map(chr, [*range(32), 127]))
    assert json.loads(out)["text"] == HOSTILE + "\x7f"


def test_colour_is_only_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say(terminal.severity("critical"))
    assert "\x1b" not in capsys.readouterr().out
    assert terminal.width() == 0
    for no_color, coloured in (("", True), ("1", False)):
        monkeypatch.setattr(sys, "stdout", _Tty())
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("NO_COLOR", no_color)
        terminal._console.cache_clear()
        terminal.say(terminal.severity("critical"))
        assert ("\x1b[1;7;31m" in sys.stdout.getvalue()) is coloured  # type: ignore[attr-defined]
        assert "31m" not in sys.stdout.getvalue() or coloured  # type: ignore[attr-defined]
    terminal._console.cache_clear()


class _Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True
