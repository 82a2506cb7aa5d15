from sentinel.operational.unreadable import Letters


def test_half_of_the_last_is_bad_and_a_tenth_is_good_again() -> None:
    letters = Letters()
    letters.saw(500, 3)
    assert letters.sure and letters.said() == ""
    letters.saw(0, 90)
    assert not letters.bad
    letters.saw(0, 120)
    assert letters.bad and "210 of its last 210 records" in letters.said()
    letters.saw(150, 0)
    assert letters.bad, "between the two figures it stays as it was"
    letters.saw(150, 2)
    assert not letters.bad


def test_a_few_lines_say_nothing() -> None:
    letters = Letters()
    letters.saw(2, 12)
    assert not letters.sure and not letters.bad
    letters.saw(0, 6)
    assert letters.bad


def test_after_a_restart_it_is_still_bad_until_enough_was_read() -> None:
    letters = Letters(bad=True)
    assert not letters.sure
    letters.saw(19, 0)
    assert not letters.sure
    letters.saw(1, 0)
    assert letters.sure and not letters.bad


def test_one_large_batch_counts_whole() -> None:
    letters = Letters()
    letters.saw(2000, 0)
    letters.saw(0, 2000)
    assert letters.bad
