"""What took long to compile is kept, and only what fits is taken from there."""

from __future__ import annotations

from pathlib import Path

import hyperscan
import pytest

from sentinel import compiled
from sentinel.cache import Cache
from sentinel.compiled import Expression

EXPRESSIONS = [Expression(0, b"needle", 0), Expression(1, b"hay[0-9]+", hyperscan.HS_FLAG_CASELESS)]


@pytest.fixture(autouse=True)
def all_of_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_LONG_SECONDS", 0.0)


def hits(database: object) -> set[int]:
    seen: set[int] = set()
    database.scan(b"a needle and HAY7", match_event_handler=lambda id_, *_: seen.add(id_))  # type: ignore[attr-defined]
    return seen


def test_what_was_kept_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hits(compiled.database(EXPRESSIONS, Cache(tmp_path))) == {0, 1}
    monkeypatch.setattr(compiled.hyperscan, "Database", None)
    assert hits(compiled.database(EXPRESSIONS, Cache(tmp_path))) == {0, 1}


@pytest.mark.parametrize(("others", "found"), [
    ([Expression(0, b"needle", 0), Expression(1, b"hay[0-9]+", 0)], {0}), (EXPRESSIONS[:1], {0}),
    ([Expression(2, b"needle", 0), EXPRESSIONS[1]], {2, 1}), ([Expression(0, b"needl", 0), Expression(1, b"ehay[0-9]+", 0)], {0})])
def test_other_patterns_are_others(others: list[Expression], found: set[int], tmp_path: Path) -> None:
    compiled.database(EXPRESSIONS, Cache(tmp_path))
    assert hits(compiled.database(others, Cache(tmp_path))) == found
    assert len(list(tmp_path.iterdir())) == 2


def test_expressions_of_one_id_report_it() -> None:
    assert hits(compiled.database([Expression(7, b"no", 0), Expression(7, b"needle", 0)])) == {7}


def test_what_is_no_database_is_compiled_anew(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    compiled.database(EXPRESSIONS, store)
    [kept] = tmp_path.iterdir()
    for content in (b"", b"x" * 500, kept.read_bytes()[32:][:200]):
        store.put(kept.stem, content)
        assert hits(compiled.database(EXPRESSIONS, store)) == {0, 1}


def test_what_is_compiled_fast_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_LONG_SECONDS", 1e9)
    compiled.database(EXPRESSIONS, Cache(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_processor_is_known_here() -> None:
    assert compiled._processor()
