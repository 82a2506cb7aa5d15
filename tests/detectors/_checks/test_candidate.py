from sentinel.detectors._checks.candidate import Candidate, digits_of


def test_what_stands_around_a_candidate_is_cut_at_the_texts_ends() -> None:
    found = Candidate("ab 12-3 cd", 3, 7)
    assert (found.value, found.before(2), found.before(9), found.after(1), found.after(9)) == ("12-3", "b ", "ab ", " ", " cd")
    assert digits_of(found.value) == "123"
