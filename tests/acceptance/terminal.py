"""A pseudo terminal: what a person sees, and the keys they press."""

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

PROGRAM = str(Path(sys.executable).with_name("sentinel"))


class Terminal:
    """A program (sentinel's own when none is named by a path) on a pseudo terminal of 80x24."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        argv = arguments if "/" in arguments[0] else (PROGRAM, *arguments)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm-16color"} | environment
        self.child = subprocess.Popen(argv, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=env)
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
