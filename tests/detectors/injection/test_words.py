from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors.injection._words import STEP, STEPS, ngrams, stems, windows


def test_words_become_stems_with_their_places() -> None:
    assert stems("Ignoring 42 don't, 忽略") == [("ignor", 0), ("0", 9), ("don", 12), ("忽", 19), ("略", 20)]


def test_ngrams_are_one_to_three_in_a_row() -> None:
    assert ngrams(["a", "b", "c"]) == {"a", "b", "c", "a b", "b c", "a b c"}
    assert ngrams([]) == set()


@given(st.lists(st.sampled_from(["alpha", "beta", "7", "忽"]), max_size=400))
def test_windows_cover_every_word_and_overlap(words: list[str]) -> None:
    text = " ".join(words)
    found = list(windows(text))
    assert {gram for _, _, grams in found for gram in grams if " " not in gram} == {stem for stem, _ in stems(text)}
    assert all(0 <= start < end <= len(text) for start, end, _ in found)
    assert len(found) == (max(1, -(-(len(words) - STEP * (STEPS - 1)) // STEP)) if words else 0)
