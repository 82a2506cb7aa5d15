"""What happens to logs, as a process of its own beside the one that writes them.

    python rotator.py CASE FOLDER SEED LINES_PER_SECOND

It starts the writer and writes a line. Told to `go`, it rotates once or twice a second as the case says, until it is told to `end`.
Then it prints how many lines were written, and with which of them a new file was begun.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_HEADER = "".join('{"header":"%s"}\n' % ("h" * 80) for _ in range(13))


class Rotator:
    """One case's folder and its writer. `a.log` is what is written."""

    def __init__(self, case: Case, folder: Path, seed: int) -> None:
        self.folder, self.log, self.dice = folder, folder / case.log, random.Random(seed)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if case.link:
            (folder / case.link).symlink_to(self.log.parent if case.link == "current" else self.log)
        self.made = 0
        self.begun: list[int] = []
        self.writer = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("writer.py"), self.log, str(case.rate), "torn" if case.torn else "whole",
             case.first], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, command: str) -> int:
        assert self.writer.stdin and self.writer.stdout
        self.writer.stdin.write(command + "\n")
        self.writer.stdin.flush()
        return int(self.writer.stdout.readline())

    def reopen(self) -> None:
        self.begun.append(self.tell(f"reopen {self.log}"))

    def shift(self, *, into: Path | None = None, keep: int = 9999) -> Path:
        """Make room for the youngest rotated file, as logrotate does."""
        folder = into or self.folder
        old = {int(p.name.split(".")[2]): p for p in folder.glob("a.log.*")}
        for number in sorted(old, reverse=True):
            name = old[number].name.split(".")
            if number >= keep:
                old[number].unlink()
            else:
                old[number].rename(folder / ".".join(["a", "log", str(number + 1), *name[3:]]))
        return folder / "a.log.1"

    def number(self) -> int:
        self.made += 1
        return self.made

    def run(self, rotate: Callable[[Rotator], None]) -> int:
        self.tell("burst 1")
        sys.stdin.readline()
        self.tell("go")
        while not select.select([sys.stdin], [], [], self.dice.uniform(0.3, 1.0))[0]:
            rotate(self)
        written = self.tell("pause")
        assert self.writer.stdin
        self.writer.stdin.close()
        self.writer.wait()
        return written


# The cases


def rename(one: Rotator) -> None:
    one.log.rename(one.shift())
    one.reopen()


def rename_and_hold(one: Rotator) -> None:
    one.log.rename(one.shift())
    one.log.touch()
    time.sleep(one.dice.uniform(0.05, 0.8))
    one.reopen()


def rename_twice(one: Rotator) -> None:
    for _ in range(2):
        rename(one)
        one.tell("burst 3")


def rename_by_date(one: Rotator) -> None:
    one.log.rename(one.folder / f"a.log-20261125-{one.number():04}")
    one.reopen()


def rename_elsewhere(one: Rotator) -> None:
    old = one.folder / "old"
    old.mkdir(exist_ok=True)
    one.log.rename(one.shift(into=old))
    one.reopen()


def rename_and_compress(one: Rotator) -> None:
    rename(one)
    pack(one.folder / "a.log.1", one.dice.choice(["gzip", "zstd", "xz", "bzip2"]))


def pack(path: Path, by: str) -> None:
    subprocess.run([by, "-q", *(["--rm"] if by == "zstd" else []), path], check=True)


def rename_by_link(one: Rotator) -> None:
    os.link(one.log, one.shift())
    time.sleep(one.dice.uniform(0, 0.1))
    one.log.unlink()
    one.reopen()


def rename_unended(one: Rotator) -> None:
    one.tell("unended")
    rename(one)


def copy_paused(one: Rotator) -> None:
    one.tell("pause")
    time.sleep(one.dice.uniform(0, 0.2))
    shutil.copy(one.log, one.shift())
    os.truncate(one.log, 0)
    time.sleep(one.dice.uniform(0, 0.2))
    one.tell("go")


def copy_at_once(one: Rotator) -> None:
    shutil.copy(one.log, one.shift())
    os.truncate(one.log, 0)


def copy_and_regrow(one: Rotator) -> None:
    one.tell("pause")
    shutil.copy(one.log, one.shift())
    os.truncate(one.log, 0)
    one.tell(f"fill {(one.folder / 'a.log.1').stat().st_size}")
    one.tell("go")


def copy_twice(one: Rotator) -> None:
    one.tell("pause")
    for _ in range(2):
        shutil.copy(one.log, one.shift())
        os.truncate(one.log, 0)
        one.tell("burst 4")
    one.tell("go")


def copy_and_compress(one: Rotator) -> None:
    one.tell("pause")
    data = one.log.read_bytes()
    target = one.shift().with_name("a.log.1.gz")
    target.write_bytes(gzip.compress(data))
    os.truncate(one.log, 0)
    one.tell("go")


def cut(one: Rotator) -> None:
    os.truncate(one.log, 0)


def delete(one: Rotator) -> None:
    one.log.unlink()
    time.sleep(one.dice.uniform(0, 0.1))
    one.reopen()


def delete_and_reuse(one: Rotator) -> None:
    """The number of the deleted file goes to the next that is made, on most file systems."""
    one.tell("pause")
    one.tell(f"reopen {one.folder / 'elsewhere'}")
    one.log.unlink()
    one.reopen()
    one.tell("go")


def appear(one: Rotator) -> None:
    one.log = one.folder / f"a-{one.number()}.log"
    one.reopen()


def swap_link(one: Rotator) -> None:
    target = one.folder / f"{one.number()}.data"
    target.touch()
    (one.folder / "new").symlink_to(target)
    (one.folder / "new").rename(one.folder / "current.log")
    time.sleep(one.dice.uniform(0, 0.2))
    one.log = target
    one.reopen()


def rename_folder(one: Rotator) -> None:
    one.log.parent.rename(one.folder / f"logs.{one.number()}")
    one.log.parent.mkdir()
    time.sleep(one.dice.uniform(0, 0.2))
    one.reopen()


def swap_folder(one: Rotator) -> None:
    target = one.folder / f"run{one.number()}"
    target.mkdir()
    (one.folder / "new").symlink_to(target)
    (one.folder / "new").rename(one.folder / "current")
    one.log = target / "a.log"
    one.reopen()


def edit(one: Rotator) -> None:
    one.tell("pause")
    new = one.folder / ".a.log.new"
    shutil.copy(one.log, new)
    new.rename(one.log)
    one.reopen()
    one.tell("burst 2")
    one.tell("go")


def close_for_a_while(one: Rotator) -> None:
    target = one.log if one.dice.random() < 0.5 else one.folder
    mode = target.stat().st_mode
    target.chmod(0)
    time.sleep(one.dice.uniform(0.1, 0.6))
    target.chmod(mode)
    if one.dice.random() < 0.5:
        rename(one)


def anything(one: Rotator) -> None:
    one.dice.choice([rename, rename_and_hold, rename_twice, rename_and_compress, rename_by_link, rename_unended, copy_paused,
                     copy_and_regrow])(one)


class Case(NamedTuple):
    """One thing that happens to logs.

    Attributes:
        rotate: what is done again and again. glob: what the source reads. log: what is written.
        link: a symbolic link to what is written, or to its folder. torn: lines are written in two pieces.
        first: stands at the start of each file. loses: lines may be destroyed before anyone could read them: then gaps must account for them.
    """

    rotate: Callable[[Rotator], None]
    glob: str = "a.log"
    log: str = "a.log"
    rate: float = 40
    torn: bool = False
    first: str = ""
    link: str = ""
    loses: bool = False


CASES = {
    "rename-and-create": Case(rename),
    "rename-in-the-glob": Case(rename, glob="a.log*"),
    "the-writer-holds-the-old-file": Case(rename_and_hold),
    "two-rotations-within-a-moment": Case(rename_twice),
    "dated-names": Case(rename_by_date),
    "rotated-into-another-folder": Case(rename_elsewhere),
    "compressed-siblings": Case(rename_and_compress, glob="a.log*"),
    "compressed-out-of-the-glob": Case(rename_and_compress),
    "hard-links": Case(rename_by_link, glob="a.log*"),
    "half-lines": Case(rename_and_hold, torn=True),
    "last-line-without-end": Case(rename_unended),
    "copied-and-cut-in-a-pause": Case(copy_paused),
    "copied-and-cut-in-the-glob": Case(copy_paused, glob="a.log*"),
    "copied-and-cut-at-once": Case(copy_at_once, rate=300, loses=True),
    "cut-and-grown-past-the-old-size": Case(copy_and_regrow),
    "copied-and-cut-twice-in-a-moment": Case(copy_twice),
    "copied-compressed-and-cut": Case(copy_and_compress),
    "cut-without-a-copy": Case(cut, loses=True),
    "deleted-and-made-anew": Case(delete, loses=True),
    "inode-number-used-again": Case(delete_and_reuse, loses=True),
    "files-that-appear-later": Case(appear, glob="*.log"),
    "symbolic-link-moved": Case(swap_link, glob="current.log", log="0.data", link="current.log"),
    "folder-renamed-and-made-anew": Case(rename_folder, glob="logs/*.log", log="logs/a.log"),
    "linked-folder-switched": Case(swap_folder, glob="current/*.log", log="run0/a.log", link="current"),
    "the-same-first-kilobyte": Case(rename, glob="a.log*", first=_HEADER),
    "an-editor-saves": Case(edit),
    "permission-lost-and-regained": Case(close_for_a_while),
    "anything": Case(anything),
    "anything-torn-in-the-glob": Case(anything, glob="a.log*", torn=True),
}


if __name__ == "__main__":
    name, folder, seed, rate = sys.argv[1:]
    rotator = Rotator(CASES[name]._replace(rate=float(rate)), Path(folder), int(seed))
    print(json.dumps({"written": rotator.run(CASES[name].rotate), "begun": rotator.begun}))
