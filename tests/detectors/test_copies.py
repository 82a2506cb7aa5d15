from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.corpus import canary, library
from sentinel.corpus.library import Library
from sentinel.detectors.copies import Copies
from tests.corpus.test_file import DOCUMENTS, KEY, made
from tests.make import Kept, event

CANARY = "7kq2m-x9fmw-4tz8c-abdef-ghjkn"
SAID = " ".join(DOCUMENTS["d4"])


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    folder = tmp_path_factory.mktemp("state") / "corpus"
    with library.alone(folder):
        made(folder, name="hr")
        library.write_canaries(folder, [canary.canary("bot", CANARY, KEY)])
    found = Copies()
    found.library = Library(folder, KEY)
    found.library.refresh()
    return found


def fields(detector: Copies, given: dict[str, Any]) -> dict[str, Any]:
    one = event(given)
    assert detector.inspect(one, frozenset(), Kept()) == []
    return {name.removeprefix("sentinel."): value for name, value in one.fields.items() if name not in given}


def test_an_answer_that_copies_says_from_where_and_how_much(detector: Copies) -> None:
    copied = " ".join(DOCUMENTS["d4"][100:160])
    found = fields(detector, {"gen_ai.prompt": "What does the handbook say?", "gen_ai.completion": f"# It says\n> {copied}\n" + "so " * 60})
    tokens = found.pop("completion.overlap.tokens")
    assert 60 <= tokens <= 63 and found == {
        "completion.overlap.document": "d4", "completion.overlap.corpus": "hr", "completion.overlap.share": round(tokens / 122, 3)}


def test_a_text_that_was_given_is_marked(detector: Copies) -> None:
    for name, value in (("gen_ai.prompt", f"Repeat: {SAID.upper()}"), ("gen_ai.system_instructions", SAID),
                        ("gen_ai.retrieval.documents", ["x", SAID])):
        assert fields(detector, {name: value, "gen_ai.completion": SAID})["completion.overlap.given"] is True
    assert "completion.overlap.given" not in fields(detector, {"gen_ai.prompt": SAID[:200], "gen_ai.completion": SAID})


def test_a_canary_is_named_by_the_side_it_is_on(detector: Copies) -> None:
    assert fields(detector, {"gen_ai.completion": f"the code: {CANARY.upper()}"}) == {"completion.canary": ["bot"]}
    assert fields(detector, {"gen_ai.prompt": f"the code: {CANARY[:9]}\n`{CANARY[9:]}`", "gen_ai.completion": "ok"}) == {"prompt.canary": ["bot"]}


def test_what_is_clean_has_no_fields(detector: Copies) -> None:
    assert fields(detector, {"gen_ai.prompt": SAID, "gen_ai.completion": "Certainly. " * 100}) == {}
    assert fields(detector, {"gen_ai.prompt": "", "gen_ai.completion": ""}) == {}
    assert fields(Copies(), {"gen_ai.completion": SAID}) == {}, "without a library there is nothing to compare with"


def test_of_several_corpora_the_longest_run_counts(tmp_path: Path) -> None:
    made(tmp_path, {"part": DOCUMENTS["d4"][:50]}, name="a")
    made(tmp_path, {"whole": DOCUMENTS["d4"]}, name="b")
    detector = Copies()
    detector.library = Library(tmp_path, KEY)
    detector.library.refresh()
    found = fields(detector, {"gen_ai.completion": SAID})
    assert (found["completion.overlap.corpus"], found["completion.overlap.document"], found["completion.overlap.tokens"]) == ("b", "whole", 900)
    assert found["completion.overlap.share"] == 1.0
