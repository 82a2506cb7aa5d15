"""What waits in the journal unredacted can be read by nobody without the key, and under no other name."""

from __future__ import annotations

from pathlib import Path

from sentinel.evidence.seal import Seal, Sealed
from sentinel.journal.database import Journal
from sentinel.journal.state import State

SECRET = b"card 4111111111111111"


def test_what_is_sealed_opens_with_its_key_and_name_alone() -> None:
    seal = Seal(b"k" * 32)
    closed = seal.close(SECRET, "a")
    assert SECRET not in closed
    assert seal.open(closed, "a") == SECRET
    assert seal.open(closed, "b") is None
    assert Seal(b"x" * 32).open(closed, "a") is None
    assert seal.open(closed[:-1] + bytes([closed[-1] ^ 1]), "a") is None
    assert seal.open(b"", "a") is None


def test_two_seals_of_one_text_differ() -> None:
    seal = Seal(b"k" * 32)
    assert seal.close(SECRET, "a") != seal.close(SECRET, "a")


def test_a_sealed_section_survives_a_restart_and_shows_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    state, seal = State(journal), Seal(b"k" * 32)
    sealed = Sealed(state.section("lines:x"), seal)
    sealed.put("one", SECRET)
    sealed.put("two", SECRET)
    sealed.put("two", None)
    with journal.write() as db:
        state.put(db)
    state.committed()
    again = Sealed(State(journal).section("lines:x"), seal)
    assert again.keys() == ["one"]
    assert again.get("one") == SECRET
    assert again.get("two") is None
    journal.close()
    assert all(SECRET not in file.read_bytes() for file in tmp_path.iterdir())
