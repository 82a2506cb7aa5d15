from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from sentinel.corpus.fingerprint import GUARANTEED, K, Printer, W, winnow, words

KEY = b"k" * 32


def test_what_does_not_count_is_gone() -> None:
    assert words("Hello, **WORLD**!\n- it's_fine `naïve` ＡＢＣ") == [
        b"hello", b"world", b"it", b"s", b"fine", "naïve".encode(), b"abc"]
    assert words("“Zero\u200bwidth” and so\u00adft — cafe\u0301…") == [b"zerowidth", b"and", b"soft", "café".encode()]


def test_scripts_without_spaces_are_read_by_letters() -> None:
    assert words("你好,world。ありがとう") == [*(c.encode() for c in "你好"), b"world", *(c.encode() for c in "ありがとう")]
    assert len(words("สวัสดี한국어")) == 7  # vowel signs are marks and do not count


@given(st.text())
def test_any_text_has_words_of_letters_alone(text: str) -> None:
    said = words(text)
    assert all(word.decode() and not word.isspace() for word in said)
    assert words(b" ".join(said).decode()) == said or not text.isascii()


@given(st.lists(st.integers(0, 6), max_size=120), st.integers(1, 30))
def test_what_is_chosen_is_what_each_window_alone_would_choose(ranks: list[int], window: int) -> None:
    spans = [ranks[at:at + window] for at in range(max(len(ranks) - window, 0) + 1)] if ranks else []
    assert winnow(ranks, window) == sorted({at + max(i for i, rank in enumerate(span) if rank == min(span))
                                           for at, span in enumerate(spans)})


word = st.sampled_from([f"w{n}" for n in range(300)])


@given(st.lists(word, min_size=GUARANTEED, max_size=90), st.lists(st.lists(word, max_size=60), min_size=4, max_size=4))
def test_texts_that_share_a_run_share_a_fingerprint(run: list[str], around: list[list[str]]) -> None:
    """The guarantee, wherever the run stands in either text; the fingerprint lies within the run in both."""
    before, after, there_before, there_after = around
    one = Printer(KEY).prints(" ".join([*before, *run, *after]))
    other = Printer(KEY).prints(" ".join([*there_before, *run, *there_after]))
    within = {print_: place - len(before) for place, print_ in zip(one.places, one.hashes, strict=True)
              if len(before) <= place <= len(before) + len(run) - K}
    assert any(within.get(print_) == place - len(there_before) for place, print_ in zip(other.places, other.hashes, strict=True))


def test_a_long_text_is_read_as_a_whole() -> None:
    """Pieces of a long text choose what the whole would have."""
    said = [b"%d" % (n * n % 7919) for n in range(70_000)]
    long = Printer(KEY).of_words(said)
    middle = Printer(KEY).of_words(said[65_000:66_500])
    inner = {place + 65_000 for place in middle.places if W <= place <= 1_500 - K - W}
    assert inner == {place for place in long.places if 65_000 + W <= place <= 66_500 - K - W}
    assert long.places == sorted(set(long.places)) and len(long.trail) == len(said)


def test_another_key_has_other_fingerprints_and_short_texts_few() -> None:
    text = " ".join(f"w{n}" for n in range(200))
    assert not set(Printer(KEY).prints(text).hashes) & set(Printer(b"other").prints(text).hashes)
    assert Printer(KEY).prints("a b c").hashes == [] and len(Printer(KEY).prints("a b c d e f g h").hashes) == 1


def test_few_places_are_chosen() -> None:
    said = [b"%d" % (n * n * 31 % 104_729) for n in range(20_000)]
    assert 0.9 < len(Printer(KEY).of_words(said).places) / (20_000 * 2 / (W + 1)) < 1.1


def test_hostile_texts_take_linear_time() -> None:
    began = time.process_time()
    for text in ("the " * 100_000, "x" * 1_000_000, "你" * 100_000, "é " * 100_000, "\u0301" * 100_000):
        Printer(KEY).prints(text)
    assert time.process_time() - began < 10
