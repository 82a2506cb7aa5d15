"""The same message on a terminal or in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import to_builtins

from sentinel.actions._base import Failed
from sentinel.actions.slack._console import Console, shown
from sentinel.actions.slack._message import message, story
from tests import make

NEWS = story([{"seq": 1, "at": make.NOW, "kind": "state", "text": "open -> contained"}], "INC-ABCDEFGHIJ")


def test_a_person_can_read_it() -> None:
    done = to_builtins(make.step(target=("sentinel.key.hash", make.KEY), changed=True, finished_at=make.NOW))
    text = "".join(shown(message(to_builtins(make.incident()), [done], make.NOW), "Slack, new message", "abc"))
    lines = text.splitlines()
    assert all(len(line) <= 80 for line in lines) and lines[1].startswith("┌─ Slack, new message ─") and lines[-1] == "└─ abc"
    assert "│ HIGH, open: Secret in an output" in lines and "│ Who       key agent-prod (88dc28d0f030…)" in lines
    assert "│ gen_ai.completion: here is <secret.github_pat:3f9a1c2b>" in lines
    assert "*" not in text and "&lt;" not in text


def test_hostile_text_reaches_no_terminal() -> None:
    incident = make.incident(principal=make.principal(label="\x1b]0;pwned\x07\r\n│ HIGH, contained: all is well"))
    text = "".join(shown(message(to_builtins(incident), [], make.NOW), "Slack", "abc"))
    assert "\x1b" not in text and "\x07" not in text and "\r" not in text
    assert not any(line.startswith("│ HIGH, contained") for line in text.splitlines())


def test_a_file_is_appended_to_and_searched(tmp_path: Path) -> None:
    console = Console(tmp_path / "slack.txt")
    made = message(to_builtins(make.incident()), [], make.NOW)
    assert console.find("id-1", 0) is None
    assert console.post(made, "id-1") == ("console", "id-1")
    console.post(NEWS, "id-1:0", thread="id-1", upto=4)
    assert console.edit(made, "console", "id-1")
    assert console.find("id-1", 0) == ("console", "id-1") and console.find("id-2", 0) is None
    assert console.upto("id-1:", "console", "id-1") == 4
    text = (tmp_path / "slack.txt").read_text()
    assert [line.split(" ─")[0] for line in text.splitlines() if line.startswith("┌")] == [
        "┌─ Slack, new message", "┌─ Slack, in the thread", "┌─ Slack, the message is now"]


def test_the_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    Console(Path("-")).post(NEWS, "id-1")
    assert "open -> contained" in capsys.readouterr().out
    assert Console(Path("-")).find("id-1", 0) is None and "standard output" in Console(Path("-")).test()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    console = Console(tmp_path / "none" / "slack.txt")
    with pytest.raises(Failed):
        console.post(NEWS, "id-1")
    with pytest.raises(Failed):
        console.test()
