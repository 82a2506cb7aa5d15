"""Sections in memory are bounded, and a journal's section answers alike."""

from __future__ import annotations

from pathlib import Path

from sentinel.journal.batch import Batch, Decided, commit
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.rules.section import InMemory, in_memory


def test_the_least_recently_used_go() -> None:
    kept = InMemory(most=2)
    for key in ("a", "b", "a", "c"):
        kept.put(key, 1)
    assert (list(kept.keys()), kept.evicted, kept.get("b")) == (["a", "c"], 1, None)


def test_sections_are_apart() -> None:
    sections = in_memory()
    sections("x").put("k", 1)
    assert sections("x").get("k") == 1 and sections("y").get("k") is None


def test_a_journals_section_knows_its_keys(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    state = State(journal)
    section = state.section("rule:x")
    section.put("a", [1])
    section.put("b", [2])
    assert section.keys() == ["a", "b"]
    commit(journal, Batch(), state, lambda db, alerts: Decided())
    section.put("a", None)
    section.put("c", [3])
    assert section.keys() == ["b", "c"]
    assert State(journal).section("rule:x").keys() == ["a", "b"]
    journal.close()
