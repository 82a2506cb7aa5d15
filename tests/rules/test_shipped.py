"""Every shipped rule loads, has cases, and every case comes out as written, detectors included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel import detectors
from sentinel.detectors._base import Memory
from sentinel.records.event import Event
from sentinel.rules.author.cases import Enrich, Result, beside, run
from sentinel.rules.read.files import files
from sentinel.rules.read.load import load
from sentinel.scan import Scan, text_of

RULES = Path(__file__).parents[2] / "rules"
FILES = list(files([RULES], []))


class _Memory(Memory):
    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self._values.get(key)

    def put(self, key: str, value: Any, at: int = 0) -> None:
        self._values[key] = value


@pytest.fixture(scope="session")
def results() -> list[Result]:
    found = [(one, Scan(one.patterns)) for one in detectors.load(lambda type_, value: f"<{type_}:{abs(hash(value)):x}>")]

    def enriching() -> Enrich:
        memories = {one.name: _Memory() for one, _ in found}

        def enrich(event: Event) -> None:
            text = text_of(event.fields)
            for one, scan in found:
                if one.reads is not None and one.reads.isdisjoint(event.fields):
                    continue
                hits = scan.hits(text)
                if hits or any(fields <= event.fields.keys() for fields in one.needs):
                    one.inspect(event, hits, memories[one.name])

        return enrich

    return list(run([RULES], enriching))


def test_all_load() -> None:
    loaded = load([RULES])
    assert not loaded.mistakes and not loaded.warnings
    assert len({rule.info.id for rule in loaded.rules}) == len(loaded.rules) >= 14


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases(path: Path, results: list[Result]) -> None:
    assert beside(path).exists()
    ours = [one for one in results if one.rule == str(path)]
    assert ours
    assert [(one.name, one.problem, *one.windows) for one in ours if one.problem] == []
