"""However the bytes of a log are cut into writes, reads, batches and runs of the daemon: the journal is the same."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel import detectors, formats
from sentinel.clock import SECOND
from sentinel.config.model import SourceConfig
from sentinel.detectors import Texts
from sentinel.evidence.redact import Redactor
from sentinel.evidence.seal import Seal
from sentinel.journal import checkpoints, deadletters, events
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.pipeline import Pipeline, Stages
from sentinel.playbooks.plan import Planner
from sentinel.rules.match.ruleset import RuleSet
from sentinel.sources.reader import Reader
from sentinel.telemetry import Metrics
from tests import make

NAMES = ("a.log", "b.log")
LINES = st.sampled_from([
    b'{"n":%d,"prompt":"mail me at ann@mailbox.example.org"}\n', b'{"n":%d,"prompt":"caf\xc3\xa9 \xff"}\r\n', b"\n", b"no json\n",
    b'{"n":%d,\n"prompt":"printed"\n}\n', b"\0\0\0", b"\xef\xbb\xbf", b'{"n":%d,"x":NaN}\n', b'{"prompt":"' + b"y" * 3000 + b'"}\n',
])
# What is done between two writes: look and commit so many lines, look and be killed before the commit, stop and start.
STEPS = st.sampled_from([("read", 1), ("read", 7), ("read", 2000), ("kill", 3), ("kill", 2000), ("stop", 0)])


@pytest.fixture(scope="module")
def stages() -> Stages:
    redactor = Redactor(b"k" * 32)
    found = detectors.load(redactor.pseudonym)
    return Stages({"s": formats.load()["json"]}, found, RuleSet([]), Redactor(b"k" * 32, Texts(found).everything),
                  Planner([], "act"), Seal(b"k" * 32), 3600 * SECOND)


class Clock(make.Clock):
    """Time of day stands still, so that records without a time are the same; looks need time to pass."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def now(self) -> int:
        return make.NOW

    def monotonic(self) -> float:
        self.passed += 1.1
        return self.passed


class Host:
    """A folder, a journal, and the daemon's reader and pipeline on them."""

    def __init__(self, folder: Path, stages: Stages) -> None:
        self.folder, self.stages, self.clock = folder, stages, Clock()
        self.config = SourceConfig(name="s", paths=[str(folder / "*.log")], format="json")
        self.journal = Journal(folder / "journal.db")
        self.start()

    def start(self) -> None:
        self.reader = Reader([self.config], checkpoints.known(self.journal), "host", self.clock)
        self.pipeline = Pipeline(self.reader, self.stages, self.journal, State(self.journal), self.clock, Metrics())

    def stop(self) -> None:
        self.reader.close()
        self.journal.close()
        self.journal = Journal(self.folder / "journal.db")

    def step(self, what: str, most: int) -> None:
        if what == "read":
            read = self.reader.read
            self.reader.read = lambda *given: read(most)  # type: ignore[method-assign]
            self.pipeline.turn()
            self.reader.read = read  # type: ignore[method-assign]
            return
        if what == "kill":
            self.reader.read(most)
        self.stop()
        self.start()

    def outcome(self) -> dict[str, Any]:
        """Everything in the journal that came of the lines, by file in the order of reading."""
        idle = 0
        while idle < 10:  # Not every turn looks at the files.
            idle = 0 if self.pipeline.turn() is not None or not self.reader.at_end else idle + 1
        by_file: dict[str, list[Any]] = defaultdict(list)
        for _, event in events.listed(self.journal):
            by_file[event.file.path.rpartition("/")[2]].append((event.id, event.at, event.fields))
        letters = sorted((letter.place.rpartition("/")[2], letter.reason, letter.preview) for letter in deadletters.listed(self.journal))
        gaps = checkpoints.gaps(self.journal)
        places = {c.file.path.rpartition("/")[2]: c.offset for c in checkpoints.known(self.journal)}
        self.reader.close()
        self.journal.close()
        return {"events": dict(by_file), "letters": letters, "gaps": gaps, "places": places}


def played(stages: Stages, contents: dict[str, bytes], cuts: list[int], steps: list[tuple[str, int]]) -> dict[str, Any]:
    """The journal after the contents were written in pieces, with steps between."""
    with tempfile.TemporaryDirectory() as folder:
        host, left = Host(Path(folder), stages), dict(contents)
        for number, size in enumerate(cuts):
            name = NAMES[number % 2]
            with (host.folder / name).open("ab") as file:
                file.write(left[name][:size])
            left[name] = left[name][size:]
            if steps:
                host.step(*steps[number % len(steps)])
        for name, rest in left.items():
            with (host.folder / name).open("ab") as file:
                file.write(rest)
        return host.outcome()


def test_any_split_into_reads_batches_and_runs_gives_the_same_journal(stages: Stages) -> None:
    contents = st.fixed_dictionaries({name: st.lists(LINES, max_size=12) for name in NAMES})
    cuts = st.lists(st.integers(0, 400), max_size=14)

    @settings(max_examples=25)
    @given(contents, cuts, st.lists(STEPS, min_size=1, max_size=14))
    def check(lines: dict[str, list[bytes]], cuts: list[int], steps: list[tuple[str, int]]) -> None:
        # The first line tells the files apart, and is there before anything can happen to it.
        data = {name: b'{"file":"%s"}\n' % name.encode() + b"".join(
            line % n if b"%d" in line else line for n, line in enumerate(given)) + b'{"n":"last"}\n' for name, given in lines.items()}
        whole = played(stages, data, [], [])
        assert whole["events"].keys() == set(NAMES)
        assert played(stages, data, cuts, steps) == whole

    check()
