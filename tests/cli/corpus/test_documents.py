from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.cli.corpus import documents
from tests.cli.conftest import Sentinel, config

TEXT = " ".join(f"word{n}" for n in range(200))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "handbook.md").write_text(TEXT)
    (tmp_path / "docs" / "other.md").write_text(" ".join(f"other{n}" for n in range(90)))
    return tmp_path


def test_from_adding_to_removing(sentinel: Sentinel, folder: Path) -> None:
    assert sentinel("corpus", "list").out == "No corpus: add documents by `sentinel corpus add NAME PATH...`.\n"
    ran = sentinel("corpus", "add", "hr", "docs")
    assert ran.code == 0 and ran.out.startswith("hr: 2 document(s) added, 0 known already, 0 left out; 2 in all, ")
    ran = sentinel("corpus", "add", "hr", "docs", "--json")
    assert json.loads(ran.out) == {"corpus": "hr", "added": 0, "known": 2, "left_out": 0, "documents": 2}
    assert sentinel("corpus", "list").lines[1].split()[:3] == ["hr", "2", "290"]
    [listed] = map(json.loads, sentinel("corpus", "list", "--json").lines)
    assert (listed["corpus"], listed["documents"], listed["tokens"]) == ("hr", 2, 290)
    (folder / "answer.txt").write_text(f"Here: {TEXT[:450].upper()} and so on")
    [found] = map(json.loads, sentinel("corpus", "find", "answer.txt", "--json").lines)
    assert (found["corpus"], found["document"]) == ("hr", "docs/handbook.md") and 55 <= found["tokens"] <= 70 and found["share"] > 0.9
    assert "docs/handbook.md" in sentinel("corpus", "find", "answer.txt").out
    assert sentinel("corpus", "remove", "hr").out == "hr is removed.\n"
    assert sentinel("corpus", "find", "answer.txt").out.startswith("Nothing: no run of 32 words")
    ran = sentinel("corpus", "remove", "hr")
    assert (ran.code, ran.err) == (1, "there is no corpus hr; there are: none\n")


def test_what_cannot_be_read_is_told_and_the_rest_is_added(sentinel: Sentinel, folder: Path) -> None:
    (folder / "docs" / "b.pdf").write_bytes(b"%PDF\0")
    ran = sentinel("corpus", "add", "hr", "docs", "nothere")
    assert ran.code == 1 and "2 document(s) added, 0 known already, 2 left out" in ran.out
    assert "docs/b.pdf: no text" in ran.err and "nothere: No such file" in ran.err


def test_a_long_reading_is_kept_in_between(sentinel: Sentinel, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_FIRST_COMMIT", 2)
    lines = "".join(json.dumps({"id": n, "text": f"{TEXT} {n}"}) + "\n" for n in range(9))
    (folder / "many.jsonl").write_text(lines)
    commits: list[int] = []
    from sentinel.corpus.build import Builder

    whole = Builder.commit
    monkeypatch.setattr(Builder, "commit", lambda self, *given: (commits.append(len(self)), whole(self, *given))[1])
    assert "9 document(s) added" in sentinel("corpus", "add", "many", "many.jsonl").out
    assert commits == [2, 4, 8, 9]


def test_a_damaged_corpus_is_told(sentinel: Sentinel, folder: Path) -> None:
    sentinel("corpus", "add", "hr", "docs")
    (folder / "corpus" / "hr.corpus").write_bytes(b"x")
    for command in (("list",), ("add", "hr", "docs")):
        ran = sentinel("corpus", *command)
        assert ran.code == 1 and "hr.corpus is damaged; remove it (`sentinel corpus remove hr`)" in ran.err
    assert sentinel("corpus", "remove", "hr").code == 0


def test_a_name_that_is_none(sentinel: Sentinel, folder: Path) -> None:
    ran = sentinel("corpus", "add", "../x", "docs")
    assert ran.code == 1 and "'../x' is no name for a corpus" in ran.err and not (folder.parent / "x.corpus").exists()
