"""Real servers for tests: started in a session of their own, waited for, and stopped whatever happens.

In: a command line and a folder. Out: a running `Process`; its output is in `folder/log`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import httpx

CACHE = Path(os.environ.get("SENTINEL_TEST_CACHE") or Path.home() / ".cache" / "sentinel-tests")
AS_ROOT = os.geteuid() == 0
# Whom a server drops to that refuses to run as root.
UNPRIVILEGED = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"]


class Process:
    """One server. `stop` ends it and everything it started."""

    def __init__(self, argv: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None,
                 *, unprivileged: bool = False) -> None:
        """Args: unprivileged: as root, drop to `nobody`; `folder` is given to that user."""
        self.log = folder / "log"
        drop = unprivileged and AS_ROOT
        if drop:
            give_away(folder)
        # pdeathsig: a killed pytest runs no finalizers.
        begin = ["setpriv", "--pdeathsig=TERM", *(UNPRIVILEGED if drop else [])]
        with self.log.open("ab") as log:
            self._child = subprocess.Popen([*begin, *map(str, argv)], cwd=folder, env={**os.environ, **(environment or {})},
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    @property
    def pid(self) -> int:
        return self._child.pid

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Raises: RuntimeError with the end of the log when it dies or is not ready in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._child.poll() is None:
            if ready():
                return
            time.sleep(0.1)
        what = "died" if self._child.poll() is not None else f"was not ready after {seconds} s"
        raise RuntimeError(f"{self._child.args} {what}:\n{self.log.read_text(errors='replace')[-4000:]}")

    def stop(self, seconds: float = 20) -> None:
        """TERM to the group, KILL after `seconds`; returns when it is gone."""
        self._signal(signal.SIGTERM)
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self._child.wait()

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._child.pid, number)
        except ProcessLookupError:
            pass


def answers(url: str, **options: object) -> Callable[[], bool]:
    """A `ready` that asks `url` until it answers below 400."""

    def ready() -> bool:
        try:
            return httpx.get(url, timeout=2, **options).status_code < 400  # type: ignore[arg-type]
        except httpx.TransportError:
            return False

    return ready


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def give_away(folder: Path) -> None:
    """Let `nobody` own everything in `folder`."""
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")


@contextmanager
def cached(name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that outlives the session, one session at a time: (folder, whether it is whole). What raises is not kept."""
    CACHE.mkdir(parents=True, exist_ok=True)
    folder, whole = CACHE / name, CACHE / f"{name}.whole"
    with (CACHE / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
        yield folder, whole.exists()
        whole.touch()
