from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.corpus import documents


def test_files_folders_and_lines(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / ".git").mkdir()
    (tmp_path / "a" / ".git" / "x").write_text("hidden")
    (tmp_path / "a" / "one.md").write_text("one")
    (tmp_path / "a" / "b" / "two.txt").write_bytes(b"tw\xff")
    (tmp_path / "l.jsonl").write_text('{"id": "x", "text": "three", "more": 1}\n\n{"id": 4, "text": "four"}\n')
    wrong: list[str] = []
    found = list(documents.documents([tmp_path / "a", tmp_path / "l.jsonl"], wrong.append))
    assert [(one.name.removeprefix(f"{tmp_path}/"), one.text) for one in found] == [
        ("a/one.md", "one"), ("a/b/two.txt", "tw\ufffd"), ("l.jsonl:x", "three"), ("l.jsonl:4", "four")]
    assert wrong == [] and documents.size([tmp_path / "a", tmp_path / "l.jsonl"]) == sum(one.size for one in found) + 1


def test_what_is_no_document_is_told_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", 100)
    (tmp_path / "binary").write_bytes(b"a\0b")
    (tmp_path / "large").write_text("x" * 101)
    (tmp_path / "l.ndjson").write_text('{"id": 1}\n{"id": 2, "text": "yes"}\n[\n' + "[" * 300 + "\n")
    wrong: list[str] = []
    found = list(documents.documents([tmp_path / "none", tmp_path], wrong.append))
    assert [one.text for one in found] == ["yes"]
    assert [problem.removeprefix(str(tmp_path)).split(";")[0][:32] for problem in wrong[:3]] == [
        "/none: No such file or directory"[:32], "/binary: no text (it has zero by", "/l.ndjson:1: not a JSON object w"]
    assert wrong[-1].startswith(f"{tmp_path}/large: larger than")
    assert documents.size([tmp_path / "none"]) == 0
