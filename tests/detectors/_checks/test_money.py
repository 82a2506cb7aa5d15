import pytest

from sentinel.detectors._checks import money
from sentinel.detectors._checks.candidate import Candidate
from tests.detectors._checks.place import whole


@pytest.mark.parametrize(("number", "ok"), [
    ("4111111111111111", True), ("4111 1111 1111 1111", True), ("378282246310005", True), ("6011111111111117", True),
    ("4111111111111112", False), ("1111111111111117", False), ("0000000000000000", False), ("411111111111111", False),
])
def test_a_card_has_an_issuer_a_length_and_a_check_digit(number: str, ok: bool) -> None:
    assert money.card(whole(number)) is ok


@pytest.mark.parametrize("text", ["0.4111111111111111", "4111111111111111-22", "x4111111111111111", "4111 1111 1111 1111 1111"])
def test_a_piece_of_a_longer_number_is_no_card(text: str) -> None:
    start = text.index("4111")
    end = start + (19 if " " in text else 16)
    assert not money.card(Candidate(text, start, end))
