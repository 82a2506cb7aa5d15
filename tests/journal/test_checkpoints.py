import msgspec

from sentinel.journal import checkpoints
from sentinel.journal.database import Journal
from sentinel.records.line import Checkpoint, Gap
from tests import make

PLACE = Checkpoint(make.file(generation=2), offset=2**40, device=2**63 - 1, inode=2**63 - 1, head="h", head_size=1024, tail="t", at=make.NOW,
                   cursor="s=1;i=2", size=2**41)


def put(journal: Journal, *given: Checkpoint) -> None:
    with journal.write() as db:
        checkpoints.put(db, given)


def test_a_file_has_one_place_the_last(journal: Journal) -> None:
    put(journal, PLACE)
    moved = msgspec.structs.replace(PLACE, file=make.file(path="/var/log/litellm/log.jsonl.1", generation=3), offset=7, at=make.NOW + 1)
    put(journal, moved)
    assert checkpoints.known(journal) == [moved]


def test_nothing_of_a_place_is_lost_and_the_last_seen_comes_first(journal: Journal) -> None:
    older = msgspec.structs.replace(PLACE, file=make.file(id="ffffffffffffffff"), at=make.NOW - 1)
    put(journal, older, PLACE)
    assert checkpoints.known(journal) == [PLACE, older]


def test_every_gap_is_kept(journal: Journal) -> None:
    lost = [Gap(make.file(generation=1), 5, 10, "cut away", make.NOW), Gap(make.file(generation=2), 0, 0, "gone", make.NOW)]
    for gap in lost:
        with journal.write() as db:
            checkpoints.put_gaps(db, [gap])
    assert checkpoints.gaps(journal) == lost


def test_people_are_told_of_what_is_missing_not_of_what_might_be(journal: Journal) -> None:
    sure, doubt = Gap(make.file(), 5, 10, "cut away", make.NOW), Gap(make.file(), 15, 0, "copied and cut", make.NOW, doubt=True)
    with journal.write() as db:
        checkpoints.put_gaps(db, [sure, doubt])
    assert checkpoints.gaps(journal) == [sure, doubt]
    assert [gap for _, gap in checkpoints.gaps_after(journal, 0)] == [sure]
