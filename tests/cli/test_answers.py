"""Lines with texts in, answers out, many at a time."""

from __future__ import annotations

import json

import pytest

from sentinel.cli import answers as module
from sentinel.cli.answers import Answers
from tests.detectors.test_catalogue import inspector


def test_ids_come_back_as_they_were_and_what_asks_nothing_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    answers = Answers("texts", inspector())
    for line in (b'{"id": 1.50, "text": "mail ann@example.com"}', b"", b'{"id": "a"}', b"{", b'{"id": {"n": null}, "text": "nothing"}'):
        answers.ask(line)
    answers.give()
    said, told = capsys.readouterr()
    first, second = map(json.loads, said.splitlines())
    assert '"id":1.50,' in said and second["id"] == {"n": None}
    assert [span["type"] for span in first["spans"]] == ["EMAIL"] and second["spans"] == []
    assert answers.wrong == 2 and told.startswith("texts:3: ") and "texts:4: " in told


def test_what_waits_is_bounded(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE_BYTES", 60)
    answers = Answers("-", inspector())
    for number in range(4):
        answers.ask(b'{"id": %d, "text": "twenty letters of text"}' % number)
    assert len(capsys.readouterr().out.splitlines()) == 4
