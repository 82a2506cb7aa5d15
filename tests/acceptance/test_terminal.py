"""The installed program on a real (pseudo) terminal: colour, the live view, its end."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from sentinel.clock import SystemClock
from tests import sample

PROGRAM = str(Path(sys.executable).with_name("sentinel"))


@pytest.fixture
def night(tmp_path: Path) -> Path:
    sample.write(tmp_path / "j.db", SystemClock().now()).close()
    (tmp_path / "sentinel.yaml").write_text("journal: j.db\nsources: [{name: gateway, paths: [x.log], format: litellm}]\n")
    return tmp_path


class Terminal:
    """A program on a pseudo terminal of 80x24."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm-16color"} | environment
        self.child = subprocess.Popen([PROGRAM, *arguments], cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=env)
        os.close(slave)
        self.seen = ""

    def until(self, text: str, seconds: float = 20) -> None:
        """Read until `text` has come."""
        end = time.monotonic() + seconds
        while text not in self.seen and time.monotonic() < end and self._more():
            pass
        assert text in self.seen, self.seen

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def end(self, seconds: float = 20) -> int:
        """Read the rest. Returns: the exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._more():
            pass
        os.close(self._master)
        return self.child.wait(10)

    def _more(self) -> bool:
        if not select.select([self._master], [], [], 0.2)[0]:
            return self.child.poll() is None
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)


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
