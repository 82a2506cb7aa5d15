from __future__ import annotations

from pathlib import Path

from sentinel.cli.corpus._where import library_of
from tests.cli.conftest import Sentinel, config


def test_corpora_lie_beside_the_journal_and_are_made_with_its_key(tmp_path: Path) -> None:
    path = config(tmp_path)
    first, second = library_of(path), library_of(path)
    assert first.folder == tmp_path / "corpus" and first.key == second.key
    assert first.key != (tmp_path / "pseudonym.key").read_bytes()


def test_without_a_config_it_says_so(sentinel: Sentinel) -> None:
    ran = sentinel("corpus", "list")
    assert ran.code == 2 and "name one with -c FILE" in ran.err
