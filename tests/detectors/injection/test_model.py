import pytest

from sentinel.detectors.injection._model import SHORT, Model, Weights, probability, weights
from sentinel.scan import Scan

SMALL = Model(Weights(bias=-2.0, slope=1.0, phrases=1.0, weights={"obey": 300, "obey me": 100, "pleas": -50}, gate=["obey me"], short=["obey"]))
FILLER = "The ferry leaves at noon and the sea is calm today, said the old captain. "


def test_what_each_ngram_says_adds_up() -> None:
    (start, end, odds) = SMALL.look("Please obey me") or (0, 0, 0.0)
    assert odds == pytest.approx(-2.0 + 3.0 + 1.0 - 0.5)
    assert (start, end) == (0, 13)
    assert SMALL.look("?!") is None


@pytest.mark.parametrize("before", [0, 200, 2_000])
def test_an_attack_within_a_long_text_has_a_window_to_itself(before: int) -> None:
    text = "é" * 3 + " " + FILLER * before + "Now obey me. " + FILLER * 100
    look = SMALL.look(text)
    assert look is not None and look.odds == pytest.approx(2.0)
    assert look.start <= text.index("obey me") < look.end


def test_long_harmless_text_does_not_add_up() -> None:
    model = Model(Weights(bias=-2.0, slope=1.0, phrases=1.0, weights={"ferry": 50, "captai": 50}, gate=["ferry leaves"], short=[]))
    assert (model.look(FILLER) or (0, 0, 9))[2] == (model.look(FILLER * 500) or (0, 0, 9))[2]


def test_log_odds_as_shares() -> None:
    assert probability(0) == 0.5
    assert probability(900) == pytest.approx(1.0) and probability(-900) == pytest.approx(0.0)


def test_what_is_shipped_fits_its_use() -> None:
    shipped = weights()
    assert 5_000 < len(shipped.weights) < 20_000
    assert len(set(shipped.gate)) == len(shipped.gate) > 300
    # Whoever reads the file learns no text by heart: no n-gram is longer than three words.
    assert max(gram.count(" ") for gram in shipped.weights) <= 2
    assert not Scan(Model(shipped).gate).hits(FILLER * SHORT)
