from typing import Any

from sentinel.detectors.baseline import WARM_UP, Baseline
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from tests.make import KEY, event


class Memory(dict[str, Any]):
    puts = 0

    def put(self, key: str, value: Any, at: int = 0) -> None:
        self[key] = value
        self.puts += 1


def used(memory: Memory, model: str, outcome: str = "success", key: str = KEY) -> bool:
    one = event({"sentinel.key.hash": key, "gen_ai.request.model": model, "event.outcome": outcome})
    assert Baseline().inspect(one, frozenset(), memory) == []
    return bool(one.fields.get("sentinel.baseline.model.new", False))


def test_a_model_is_new_once_and_only_after_warm_up() -> None:
    memory = Memory()
    assert not any(used(memory, f"m{i % 3}") for i in range(WARM_UP))
    assert used(memory, "other")
    assert not used(memory, "other")
    assert not used(memory, "m1")
    assert not used(memory, "other", key="f" * 64), "another key warms up for itself"


def test_a_refused_model_is_neither_new_nor_learnt() -> None:
    memory = Memory()
    for _ in range(WARM_UP):
        used(memory, "m")
    assert not used(memory, "other", "failure")
    assert used(memory, "other")


def test_a_warm_key_writes_nothing_and_keeps_few_models() -> None:
    memory = Memory()
    for i in range(WARM_UP + 200):
        used(memory, f"m{i}")
    assert len(memory[KEY][1]) == 50
    before = memory.puts
    used(memory, f"m{WARM_UP + 199}")
    assert memory.puts == before


def test_it_remembers_across_a_restart(tmp_path: Any) -> None:
    """The journal's own memory holds what it puts."""
    journal = Journal(tmp_path / "j.db")
    state = State(journal)
    section = state.section("detector:baseline")
    one = event({"sentinel.key.hash": KEY, "gen_ai.request.model": "m", "event.outcome": "success"})
    for _ in range(WARM_UP):
        Baseline().inspect(one, frozenset(), section)
    with journal.write() as db:
        state.put(db)
    again = State(journal).section("detector:baseline")
    two = event({"sentinel.key.hash": KEY, "gen_ai.request.model": "n", "event.outcome": "success"})
    Baseline().inspect(two, frozenset(), again)
    assert two.fields["sentinel.baseline.model.new"] is True
    journal.close()
