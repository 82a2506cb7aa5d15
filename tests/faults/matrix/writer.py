"""A program that logs, as a process of its own: numbered JSON lines into one file, and whoever rotates tells it what to do.

    python writer.py PATH LINES_PER_SECOND whole|torn FIRST_LINES

Commands on standard input, each answered by a line: `pause`, `go`, `reopen PATH`, `unended` (one line without its end), `burst N`
(lines), `fill N` (more than so many bytes); the answer is how many lines were written so far.
"""

from __future__ import annotations

import os
import random
import select
import sys
import time

_OPEN = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class Writer:
    def __init__(self, path: str, rate: float, torn: bool, first: bytes) -> None:
        self.rate, self.torn, self.first, self.count = rate, torn, first, 0
        self.paused, self.dice = True, random.Random(path)
        self.fd = -1
        self.open(path)

    def open(self, path: str) -> None:
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = os.open(path, _OPEN, 0o644)
        if self.first and not os.fstat(self.fd).st_size:
            os.write(self.fd, self.first)

    def line(self) -> bytes:
        pad = "x" * self.dice.randrange(120)
        self.count += 1
        return b'{"n":%d,"prompt":"%s"}' % (self.count - 1, pad.encode())

    def write(self, end: bytes = b"\n") -> None:
        line = self.line() + end
        if not self.torn:
            os.write(self.fd, line)
            return
        at = self.dice.randrange(1, len(line))
        os.write(self.fd, line[:at])
        time.sleep(0.005)
        os.write(self.fd, line[at:])

    def obey(self, command: str, argument: str) -> None:
        if command in ("pause", "go"):
            self.paused = command == "pause"
        elif command == "reopen":
            self.open(argument)
        elif command == "unended":
            self.write(end=b"")
        elif command == "fill":
            before = os.lseek(self.fd, 0, os.SEEK_END)
            while os.lseek(self.fd, 0, os.SEEK_END) - before <= int(argument):
                self.write()
        elif command == "burst":
            for _ in range(int(argument)):
                self.write()
        print(self.count, flush=True)

    def run(self) -> None:
        # Thirty of these run at once: few wake-ups, and what is due is written together.
        began, due = time.monotonic(), 0.0
        while True:
            if select.select([sys.stdin], [], [], 0.05)[0]:
                line = sys.stdin.readline()
                if not line:
                    return
                command, _, argument = line.strip().partition(" ")
                self.obey(command, argument)
            now = time.monotonic()
            due, began = due + (0.0 if self.paused else (now - began) * self.rate), now
            for _ in range(int(due)):
                self.write()
            due -= int(due)


if __name__ == "__main__":
    Writer(sys.argv[1], float(sys.argv[2]), sys.argv[3] == "torn", sys.argv[4].encode()).run()
