"""Against real journal files and the real journalctl."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from sentinel.sources.journald import journald
from sentinel.sources.journald.journald import Journald
from tests.sources.feeding import Fed
from tests.sources.journald.journal import NOW, Journal, entry


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def fed(journal: Journal, **asked: Any) -> Fed:
    return Fed(Journald, journald={"directory": str(journal.folder)} | (asked or {"units": ["vllm"]}))


def entries(first: int, count: int, **fields: Any) -> list[bytes]:
    return [entry(number, b"%d" % number, **fields) for number in range(first, first + count)]


def numbers(first: int, count: int) -> list[bytes]:
    return [b"%d" % number for number in range(first, first + count)]


def test_entries_of_the_unit_from_the_first_on_and_as_they_come(journal: Journal) -> None:
    journal.write(*entries(0, 5), *entries(5, 5, unit="ssh.service"))
    one = fed(journal)
    assert one.until_count(5) == numbers(0, 5)
    journal.write(*entries(10, 3))
    assert one.until_count(8)[5:] == numbers(10, 3)
    assert {line.file.path for line in one.lines} == {"journald:vllm.service"}
    assert [line.at for line in one.lines[:2]] == [NOW * 1000, (NOW + 1000) * 1000]
    assert one.gaps == [] and one.problem == ""
    one.input.close()


def test_a_journal_with_nothing_in_it_yet(journal: Journal) -> None:
    one = fed(journal)
    journal.write(*entries(0, 2))
    assert one.until_count(2) == numbers(0, 2)
    one.input.close()


def test_messages_of_any_bytes_and_any_length(journal: Journal) -> None:
    messages = [b"two\nlines", b"\x1b[31mred\x1b[0m \xff\xfe", b"x" * 100_000, b"tail"]
    journal.write(*(entry(number, message) for number, message in enumerate(messages)), entry(7, b""), entry(8, None))
    one = fed(journal)
    one.config = one.config.model_copy(update={"max_line_bytes": 50_000})
    one.restart()
    assert one.to_the_end() == [*messages[:2], b"x" * 4096, b"tail"]
    assert one.lines[2].flaw == "too long: 100000 bytes, the limit is 50000" and one.lines[2].size == 100_001


@pytest.mark.parametrize("seed", range(3))
def test_killed_anywhere_each_entry_comes_once(journal: Journal, seed: int) -> None:
    dice, written = random.Random(seed), 0
    one = fed(journal)
    for _ in range(8):
        journal.write(*entries(written, 20), file="a" if dice.random() < 0.7 else f"b{written}")
        written += 20
        one.until(lambda: one.input.lag()["s"].bytes)
        for _ in range(dice.randrange(3)):
            one.poll(dice.randrange(1, 9))
        one.poll(dice.randrange(1, 9), commit=False)
        one.restart()
    assert one.to_the_end() == numbers(0, written)
    assert len(one.ids()) == written and one.gaps == []


def test_once_ends_where_the_journal_ends(journal: Journal) -> None:
    journal.write(*entries(0, 50))
    one = fed(journal)
    assert one.to_the_end() == numbers(0, 50)
    one.restart()
    journal.write(*entries(50, 1))
    assert one.to_the_end() == numbers(0, 51)


def test_entries_vacuumed_while_nobody_read_are_a_gap_and_the_next_is_not_left_out(journal: Journal) -> None:
    journal.write(*entries(0, 5))
    one = fed(journal)
    one.until_count(5)
    journal.write(*entries(5, 5), file="b")
    journal.vacuum()
    one.restart()
    assert one.to_the_end() == numbers(0, 10)
    (gap,) = one.gaps
    assert "no longer in the journal" in gap.reason and gap.size == 0
    one.restart()
    assert one.to_the_end() == numbers(0, 10) and len(one.gaps) == 1


def test_asking_for_other_units_is_no_gap(journal: Journal) -> None:
    journal.write(*entries(0, 3), *entries(3, 3, unit="tgi.service"))
    one = fed(journal)
    one.until_count(3)
    one.config = fed(journal, units=["tgi"]).config
    one.restart()
    assert one.to_the_end() == numbers(0, 6) and one.gaps == []


def test_entries_that_journald_dropped_are_a_gap(journal: Journal) -> None:
    journal.write(*entries(0, 1), entry(1, b"Suppressed 7 messages from vllm.service", unit="systemd-journald.service", N_DROPPED="7",
                                        MESSAGE_ID="a596d6fe7bfa4994828e72309e95d61e", OBJECT_SYSTEMD_UNIT="vllm.service"), *entries(2, 1))
    one = fed(journal)
    assert one.to_the_end() == [b"0", b"2"]
    (gap,) = one.gaps
    assert gap.reason.startswith("journald dropped 7 entries of vllm.service") and gap.file.path == "journald:vllm.service"


def test_containers_and_units_beside_each_other(journal: Journal) -> None:
    docker = {"unit": "docker.service", "CONTAINER_ID": "c1"}
    journal.write(entry(0, b"of no interest", CONTAINER_NAME="db", **docker), entry(1, b"from a container", CONTAINER_NAME="tgi", PRIORITY="6", **docker),
                  entry(2, b"from a unit", _STREAM_ID="s1"))
    one = fed(journal, units=["vllm"], containers=["tgi"])
    one.to_the_end()
    assert [(line.file.path, line.data, line.stream) for line in one.lines] == [
        ("journald:tgi", b"from a container", "c1 6"), ("journald:vllm.service", b"from a unit", "s1")]
    assert len({line.file.id for line in one.lines}) == 2


def test_pieces_of_long_lines_are_marked_as_such(journal: Journal) -> None:
    """As journald cuts what a service prints (LineMax=), and Docker what a container prints."""
    journal.write(entry(0, b"a", _STREAM_ID="s", _LINE_BREAK="line-max"), entry(1, b"b", _STREAM_ID="s"), entry(2, b"c", _STREAM_ID="s", _LINE_BREAK="eof"),
                  entry(3, b"d", CONTAINER_PARTIAL_MESSAGE="true", CONTAINER_PARTIAL_LAST="false"), entry(4, b"e", CONTAINER_PARTIAL_LAST="true"))
    one = fed(journal)
    one.to_the_end()
    assert [line.whole for line in one.lines] == [False, True, True, False, True]


def test_a_missing_journal_or_journalctl_is_said_and_looked_for_again(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journald, "_AGAIN_SECONDS", 0.1)
    journal.folder.rmdir()
    one = fed(journal)
    one.until(lambda: "No such file or directory" in one.problem)
    journal.folder.mkdir()
    journal.write(*entries(0, 2))
    assert one.until_count(2) == numbers(0, 2) and one.problem == ""
    one.input.close()
    monkeypatch.setenv("PATH", "/nonexistent")
    one.start()
    one.until(lambda: "install systemd's journalctl" in one.problem)
    one.input.close()


def test_stopping_ends_the_child_and_leaves_the_rest_to_the_next_run(journal: Journal) -> None:
    journal.write(*entries(0, 500))
    one = fed(journal)
    one.until(lambda: len(one.poll(3)) == 3)
    assert len(one.stop()) % 3 == 0
    one.restart()
    assert one.to_the_end() == numbers(0, 500)
