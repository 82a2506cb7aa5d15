import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._views.letters import SIGN, undone
from sentinel.detectors._views.view import View
from sentinel.scan import Scan

DIGITS = (0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE, 0x1D7D8, 0x1FBF0)


@pytest.mark.parametrize(("text", "said"), [
    ("ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "alice@example.com"), ("𝐚𝐥𝐢𝐜𝐞", "alice"), ("①②③", "123"), ("4\ufe0f\u20e31\ufe0f\u20e3", "41"),
    ("al\u200bice@ex\u00adample.com", "alice@example.com"), ("аlice@exаmple.com", "alice@example.com"), ("536\u201122\u20111949", "536-22-1949"),
    ("".join(chr(0xE0000 + ord(c)) for c in "mail"), "mail"), ("５３６－２２", "536-22")])
def test_it_reads_as_people_do(text: str, said: str) -> None:
    assert undone(View(text)).text == said
    assert Scan([SIGN]).hits(text)


@pytest.mark.parametrize("text", ["naïve café, l’été – “so”", "Zürich 10² m", "plain text, 100 %"])
def test_prose_in_latin_letters_is_not_looked_at(text: str) -> None:
    assert not Scan([SIGN]).hits(text)


def test_words_of_other_scripts_stay() -> None:
    assert undone(View("Привет, мир: телефон")).text == "Привет, мир: телефон"


@given(st.text("0123456789", min_size=1, max_size=20), st.sampled_from(DIGITS), st.sampled_from(["", "\u200b", "\u00ad\u2060"]))
def test_digits_of_any_script_lead_back(number: str, zero: int, between: str) -> None:
    original = "x" + between.join(chr(zero + int(c)) for c in number) + "y"
    view = undone(View(original))
    assert view.text == f"x{number}y"
    assert all(original[slice(*view.original(at + 1, at + 2))] == chr(zero + int(c)) for at, c in enumerate(number))
