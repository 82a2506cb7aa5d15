from __future__ import annotations

import io
import sys

import pytest

from sentinel.views.bar import bar, each


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("unit", ["", "events"])
def test_a_bar_stands_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for screen, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", screen)
        with bar("reading", 200, unit=unit) as one:
            one.advance(50)
            with one.aside():
                screen.write("a result")
            one.advance(500)
        assert ("reading" in screen.getvalue()) is shown


def test_each_thing_is_given_once_and_in_order() -> None:
    assert list(each("abc", "reading", "letters")) == ["a", "b", "c"]
