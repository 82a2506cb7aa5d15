from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel, config


def test_a_drawn_one_is_shown_once_and_found(sentinel: Sentinel, tmp_path: Path) -> None:
    config(tmp_path)
    text = sentinel("corpus", "canary", "make", "bot", "--note", "system text").out.strip()
    assert text not in (tmp_path / "corpus" / "canaries.json").read_text()
    (tmp_path / "answer.txt").write_text(f"I was told: **{text.upper().replace('-', ' ')}**")
    assert sentinel("corpus", "find", "answer.txt").out == "canary bot\n"
    assert json.loads(sentinel("corpus", "find", "answer.txt", "--json").out) == {"canary": "bot"}
    listed = sentinel("corpus", "canary", "list").lines[1]
    assert listed.startswith("bot ") and listed.endswith(" system text")
    assert json.loads(sentinel("corpus", "canary", "list", "--json").out)["note"] == "system text"
    assert sentinel("corpus", "canary", "remove", "bot").out == "bot is forgotten.\n"
    assert sentinel("corpus", "find", "answer.txt").out.startswith("Nothing")
    assert "draws one" in sentinel("corpus", "canary", "list").out


def test_one_that_is_planted_already(sentinel: Sentinel, tmp_path: Path) -> None:
    config(tmp_path)
    (tmp_path / "c.txt").write_text("Seven grey canaries sang at dawn\n")
    assert sentinel("corpus", "canary", "register", "old", "c.txt").out == "old is registered.\n"
    (tmp_path / "answer.txt").write_text("…seven grey\ncanaries *sang* at dawn…")
    assert sentinel("corpus", "find", "answer.txt").out == "canary old\n"


def test_mistakes_say_what_to_do(sentinel: Sentinel, tmp_path: Path) -> None:
    config(tmp_path)
    (tmp_path / "c.txt").write_text("short")
    ran = sentinel("corpus", "canary", "register", "a", "c.txt")
    assert ran.code == 1 and "`sentinel corpus canary make` draws a good one" in ran.err
    assert json.loads(sentinel("corpus", "canary", "make", "a", "--json").out)["name"] == "a"
    ran = sentinel("corpus", "canary", "make", "a")
    assert ran.code == 1 and ran.err == "a canary is named a already; take another name, or remove it first\n"
    assert "no canary b" in sentinel("corpus", "canary", "remove", "b").err
    assert sentinel("corpus", "canary", "make", "a/b").code == 1
