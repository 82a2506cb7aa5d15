from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sentinel.corpus import build
from sentinel.corpus.build import Builder
from sentinel.corpus.file import Corpus
from sentinel.corpus.fingerprint import Printer
from sentinel.errors import SentinelError
from tests.corpus.test_file import DOCUMENTS, KEY, made

SLOW = """
import sys, itertools
from pathlib import Path
from sentinel.corpus.build import Builder
from sentinel.corpus.file import Corpus
folder = Path(sys.argv[1]); path = folder / "c.corpus"
with Builder(folder, b"k" * 32) as builder:
    builder.take(Corpus(path, b"k" * 32))
    print("go", flush=True)
    for n in itertools.count():
        builder.add(f"new{n}", " ".join(f"n{n}x{i}" for i in range(100)))
        if n % 50 == 0:
            builder.commit(path)
"""


def test_a_corpus_grows_and_keeps_what_it_had(tmp_path: Path) -> None:
    old, said = made(tmp_path), [f"new{n}" for n in range(99)]
    with Builder(tmp_path, KEY) as builder:
        builder.take(old)
        assert builder.add("new", " ".join(said)) and not builder.add("again", " ".join(said))
        assert not builder.add("d4 again", " ".join(DOCUMENTS["d4"]))
        builder.commit(old.path)
        more = Corpus(old.path, KEY)
        assert builder.add("later", " ".join(reversed(said)))
        builder.commit(old.path)
    new = Corpus(old.path, KEY)
    assert (len(old), len(more), len(new)) == (len(DOCUMENTS), len(DOCUMENTS) + 1, len(DOCUMENTS) + 2)
    for name, text in {**DOCUMENTS, "new": said, "later": said[::-1]}.items():
        found = new.overlaps(Printer(KEY).prints(" ".join(text)))
        assert len(text) < 32 or (found[0].document, found[0].tokens) == (name, len(text))
    assert more.name_of(len(more) - 1) == "new", "who has the old file open goes on with it"


def test_it_is_the_same_file_however_it_came_about(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole, path = made(tmp_path / "a"), tmp_path / "b" / "c.corpus"
    for name, said in DOCUMENTS.items():
        with Builder(tmp_path / "b", KEY) as builder:
            if path.exists():
                builder.take(Corpus(path, KEY))
            builder.add(name, " ".join(said))
            builder.commit(path)
    assert path.read_bytes() == whole.path.read_bytes()


def test_fingerprints_that_do_not_fit_into_memory_wait_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "few").mkdir()
    monkeypatch.setattr(build, "_HELD", 10)
    few = made(tmp_path / "few").path.read_bytes()
    monkeypatch.undo()
    assert made(tmp_path).path.read_bytes() == few


def test_a_full_corpus_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_MOST_WORDS", 100)
    with Builder(tmp_path, KEY) as builder, pytest.raises(SentinelError, match="add the rest under another name"):
        builder.add("long", "a b " * 60)


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.3])
def test_kill_9_leaves_a_whole_corpus(tmp_path: Path, delay: float) -> None:
    made(tmp_path)
    process = subprocess.Popen([sys.executable, "-c", SLOW, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "go\n"
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    after = Corpus(tmp_path / "c.corpus", KEY)
    assert [after.name_of(n) for n in range(len(DOCUMENTS))] == list(DOCUMENTS)
    assert after.overlaps(Printer(KEY).prints(" ".join(DOCUMENTS["d4"])))[0].document == "d4"


def test_nothing_is_left_of_one_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made(tmp_path).path.read_bytes()
    with Builder(tmp_path, KEY) as builder:
        builder.add("x", "some words")
        with pytest.raises(OSError):
            builder.commit(tmp_path / "c.corpus", lambda fd: os.close(-1))
    assert [path.name for path in tmp_path.iterdir()] == ["c.corpus"] and (tmp_path / "c.corpus").read_bytes() == before
