from __future__ import annotations

from typing import Any

from sentinel.detectors.passages import _BUCKETS, _PER_BUCKET, COMMON, SEVERAL, Passages
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from tests.make import Kept, event

HEART = ("The lighthouse keeper of Saint Elmo wrote down every ship that passed between dusk and dawn. "
         "In forty years he had missed eleven of them, and he could name each one from memory. "
         "When the light was made automatic he asked to keep the book, and the harbour master let him. "
         "It lies today under glass in the town hall, open at the page of the storm of nineteen twelve. ")


def own(n: int) -> str:
    return " ".join(f"This is what principal {n} was told about subject number {n * 31 + i} and about nothing else at all." for i in range(5))


class Said:
    """Answers, one after the other."""

    def __init__(self, memory: Any = None) -> None:
        self.memory = Kept() if memory is None else memory
        self.detector = Passages(lambda type_, value: f"<{type_}:{value}>")

    def __call__(self, who: str, prompt: str, text: str, **more: Any) -> dict[str, Any]:
        one = event({"sentinel.key.hash": who, "gen_ai.prompt": prompt, "gen_ai.completion": text, **more})
        assert self.detector.inspect(one, frozenset(), self.memory) == []
        return {name.rsplit(".", 1)[1]: value for name, value in one.fields.items() if ".verbatim." in name}


def test_the_third_principal_is_told() -> None:
    said = Said()
    assert [said(f"k{n}", f"question {n}", f"{own(n)} {HEART.upper()}" if n == 1 else HEART + own(n)) for n in range(SEVERAL - 1)] == [{}, {}]
    assert said("k2", "question 2", f"> **{HEART}** {own(2)}") == {"principals": 3, "tokens": 70}
    assert said("k3", "question 3", own(3) + HEART)["principals"] == 4


def test_one_principal_or_one_question_is_nobody_else() -> None:
    said = Said()
    assert all(said("k", f"question {n}", HEART + own(n)) == {} for n in range(6)), "one key"
    said = Said()
    assert all(said(f"k{n}", "Tell me of the lighthouse", HEART + own(n)) == {} for n in range(6)), "the same question"


def test_what_was_given_to_the_model_does_not_count() -> None:
    for field in ("gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.retrieval.documents"):
        said = Said()
        for n in range(5):
            value: Any = [HEART] if field.endswith("documents") else f"{HEART} {n}"
            given = {"prompt": value} if field == "gen_ai.prompt" else {"prompt": f"question {n}", field: value}
            assert said(f"k{n}", text=HEART + own(n), **given) == {}


def test_what_everybody_gets_is_boilerplate() -> None:
    said = Said()
    told = [said(f"k{n}", f"question {n}", HEART + own(n)) for n in range(COMMON + 5)]
    assert told[COMMON - 2]["principals"] == COMMON - 1 and told[COMMON - 1:] == [{}] * 6


def test_short_answers_and_nobody_are_not_remembered() -> None:
    said = Said()
    said("k", "q", HEART[:500])
    one = event({"gen_ai.completion": HEART * 3})
    said.detector.inspect(one, frozenset(), said.memory)
    assert said.memory == {}


def test_it_holds_digests_and_is_bounded() -> None:
    said = Said()
    for n in range(900):
        said(f"k{n % 7}", f"question {n}", own(n))
    assert len(said.memory) <= _BUCKETS and "principal" not in repr(said.memory.values())
    bucket: Any = [(n, [(1, n)]) for n in range(_PER_BUCKET)]
    said.memory.update({f"{n:03x}": bucket for n in range(_BUCKETS)})
    said("k", "q", own(1_000))
    sizes = {len(value) for value in said.memory.values()}
    assert sizes == {_PER_BUCKET}


def test_it_remembers_across_a_restart(tmp_path: Any) -> None:
    journal = Journal(tmp_path / "j.db")
    for n, expected in enumerate([{}, {}, {"principals": 3, "tokens": 70}]):
        state = State(journal)
        assert Said(state.section("detector:passages"))(f"k{n}", f"question {n}", HEART + own(n)) == expected
        with journal.write() as db:
            state.put(db)
    journal.close()
