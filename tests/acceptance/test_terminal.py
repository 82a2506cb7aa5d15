"""The installed program on a real (pseudo) terminal: colour, the live view, its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.clock import SystemClock
from tests import sample
from tests.acceptance.terminal import Terminal


@pytest.fixture
def night(tmp_path: Path) -> Path:
    sample.write(tmp_path / "j.db", SystemClock().now()).close()
    (tmp_path / "sentinel.yaml").write_text("journal: j.db\nsources: [{name: gateway, paths: [x.log], format: litellm}]\n")
    return tmp_path


def test_the_live_view_opens_and_q_ends_it(night: Path) -> None:
    terminal = Terminal(night, "watch")
    terminal.until("INC-K7QZMAXWEB")
    terminal.until("running act")
    terminal.type("q")
    assert terminal.end() == 0
    assert "\x1b[?1049l" in terminal.seen, "the screen from before is put back"
    assert "38;2;" not in terminal.seen and "48;2;" not in terminal.seen, "a terminal of sixteen colours is given no others"


def test_colour_on_a_terminal_and_none_with_no_color(night: Path) -> None:
    plain, coloured = Terminal(night, "incidents", "list", NO_COLOR="1"), Terminal(night, "incidents", "list")
    assert plain.end() == 0 and coloured.end() == 0
    assert "\x1b[1;7;31m" in coloured.seen and "31m" not in plain.seen


def test_no_line_of_a_list_is_wider_than_the_terminal(night: Path) -> None:
    terminal = Terminal(night, "incidents", "list", NO_COLOR="1", TERM="dumb")
    assert terminal.end() == 0
    lines = terminal.seen.replace("\r", "").splitlines()
    assert all(len(line) <= 80 for line in lines), lines
    assert any(line.startswith("    ") and "agent-prod" in line for line in lines), "what does not fit stands on a second line"


def test_the_story_is_wrapped_under_its_own_margin(night: Path) -> None:
    terminal = Terminal(night, "incidents", "show", "k7", NO_COLOR="1", TERM="dumb")
    assert terminal.end() == 0
    assert all(len(line) <= 80 for line in terminal.seen.replace("\r", "").splitlines())
