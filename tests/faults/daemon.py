"""A daemon under test: started as its user would, killed as nobody should, and asked through its own command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SENTINEL = Path(sys.executable).parent / "sentinel"


# Those of the running test: one that fails leaves its daemon running, and `end_all` does not.
ALL: list[Daemon] = []


def end_all() -> None:
    while ALL:
        one = ALL.pop()
        if one.alive():
            one.kill()


class Daemon:
    """One folder with a config, logs and a journal; and the process on it, when one runs.

    Attributes: before: what stands before the command, to run it with fewer rights.
    """

    def __init__(self, folder: Path, config: dict[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.config = folder, folder / "sentinel.yaml"
        self.config.write_text(json.dumps({"journal": str(folder / "state" / "journal.db"), "host": "test-host", **config}))
        self.log = folder / "daemon.log"
        self.before: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        ALL.append(self)

    def start(self, *options: str, stdin: int = subprocess.DEVNULL) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([*self.before, SENTINEL, "run", "-c", self.config, *options], stdout=log, stderr=log,
                                             stdin=stdin, cwd=self.folder)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = 15) -> int:
        assert self._process is not None
        return self._process.wait(seconds)

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, *arguments: str, check: bool = True, text: str | None = None) -> str:
        """Output of one command on this config; with `check` it must exit 0."""
        done = subprocess.run([SENTINEL, *arguments, "-c", self.config], capture_output=True, text=True, input=text,
                              timeout=180, errors="surrogateescape")
        assert not check or done.returncode == 0, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}\n{self.said()}"
        return done.stdout

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    def caught_up(self, seconds: float = 60) -> None:
        self.run("status", "--wait", str(seconds), check=False)
        status = json.loads(self.run("status", "--json", check=False))
        assert status["drained"], f"{status}\n{self.said()}"

    def until(self, true: Any, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""
