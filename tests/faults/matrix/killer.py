"""Runs the daemon and kills it, as a process of its own.

    python killer.py SENTINEL CONFIG LOG SEED

Commands on standard input, each answered by a line with the number of kills so far: `kill MOST` (begin to kill it at random
moments, at most so often; mostly with SIGKILL, now and then with SIGTERM), `calm` (start it once more and let it run), `end`.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time


class Killer:
    def __init__(self, sentinel: str, config: str, log: str, seed: str) -> None:
        self.command, self.log, self.dice = [sentinel, "run", "-c", config], log, random.Random(int(seed))
        self.killed = self.most = 0
        self.start()

    def start(self) -> None:
        with open(self.log, "ab") as said:
            self.begun = said.tell()
            self.daemon = subprocess.Popen(self.command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        # Often in the middle of its start, where it finds out what happened meanwhile; else while it reads.
        self.early = self.dice.random() < 0.6
        self.kill_at = time.monotonic() + self.dice.uniform(0.3, 3) if self.early else 0.0

    def reads(self) -> bool:
        with open(self.log, "rb") as said:
            said.seek(self.begun)
            return b" source(s) with " in said.read()

    def turn(self) -> None:
        if self.daemon.poll() is not None:
            self.start()
        if self.killed >= self.most:
            return
        if not self.kill_at and self.reads():
            self.kill_at = time.monotonic() + self.dice.uniform(0, 2)
        if self.kill_at and time.monotonic() > self.kill_at:
            os.kill(self.daemon.pid, signal.SIGTERM if self.dice.random() < 0.2 else signal.SIGKILL)
            self.daemon.wait()
            self.killed += 1
            time.sleep(self.dice.uniform(0, 0.5))
            self.start()


def main(*given: str) -> None:
    killer = Killer(*given)
    while True:
        if select.select([sys.stdin], [], [], 0.02)[0]:
            command, _, argument = sys.stdin.readline().strip().partition(" ")
            killer.most = int(argument) if command == "kill" else 0
            print(killer.killed, flush=True)
            if command not in ("kill", "calm"):
                break
        killer.turn()
    killer.daemon.terminate()
    killer.daemon.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
