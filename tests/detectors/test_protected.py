import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors import Settings, Texts, load
from sentinel.detectors._protected import TYPE, Protected, Protection
from tests.detectors.generate import fill

SALT = bytes(range(16))
SECRET = fill("Kx<18:lower>#9", random.Random(5))
ENTRY = Protected.of("prod-db", SECRET, SALT)


def test_an_entry_survives_the_config_and_tells_four_letters() -> None:
    text = str(ENTRY)
    assert Protected.read(text) == ENTRY and SECRET not in text
    assert not any(SECRET[i:i + 5] in text for i in range(len(SECRET) - 4))


def test_it_is_found_wherever_it_stands() -> None:
    texts = Texts(load(settings=Settings(protected=(ENTRY,))))
    for text in (SECRET, f"so: {SECRET}.", f"abc{SECRET}def", f'{{"a": "{SECRET}"}}', f"über {SECRET} 漢字"):
        found = [(f.start, f.end) for f in texts.inspect(text).spans if f.type == TYPE]
        assert found == [(text.index(SECRET), text.index(SECRET) + len(SECRET))], text
    assert not texts.inspect(SECRET[:-1] + "x").spans and not texts.inspect(SECRET[:-1]).spans


@given(st.text(), st.text(), st.integers(0, 3))
def test_offsets_are_those_of_the_text(before: str, after: str, times: int) -> None:
    text = before + SECRET * times + after
    found = Protection([ENTRY]).find([("f", text)], [0])
    assert [text[f.start:f.end] for f in found] == [SECRET] * times


@pytest.mark.parametrize("secret", ["short", "x" * 5_000, "line one of it\nline two of it"])
def test_what_could_be_guessed_or_never_be_found_is_refused(secret: str) -> None:
    with pytest.raises(ValueError):
        Protected.of("name", secret, SALT)


@pytest.mark.parametrize("text", ["", "x", "a:v1:12:0:::", str(ENTRY)[:-4], str(ENTRY).replace("v1", "v2"), str(ENTRY).replace(":22:", ":3:")])
def test_a_damaged_entry_is_told(text: str) -> None:
    with pytest.raises(ValueError):
        Protected.read(text)


def test_a_text_full_of_anchors_takes_linear_time() -> None:
    began = time.process_time()
    assert not Protection([ENTRY]).find([("f", ENTRY.anchor * 100_000)], [0])
    assert time.process_time() - began < 2
