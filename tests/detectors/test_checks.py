import random

import pytest

from sentinel.detectors import _checks
from sentinel.detectors._checks import Candidate, base62_crc32
from tests.detectors.generate import CLASSES, fill


def whole(value: str) -> Candidate:
    return Candidate(value, 0, len(value))


@pytest.mark.parametrize(("number", "ok"), [
    ("4111111111111111", True), ("4111 1111 1111 1111", True), ("378282246310005", True), ("6011111111111117", True),
    ("4111111111111112", False), ("1111111111111117", False), ("0000000000000000", False), ("411111111111111", False),
])
def test_a_card_has_an_issuer_a_length_and_a_check_digit(number: str, ok: bool) -> None:
    assert _checks.card(whole(number)) is ok


@pytest.mark.parametrize("text", ["0.4111111111111111", "4111111111111111-22", "x4111111111111111", "4111 1111 1111 1111 1111"])
def test_a_piece_of_a_longer_number_is_no_card(text: str) -> None:
    start = text.index("4111")
    end = start + (19 if " " in text else 16)
    assert not _checks.card(Candidate(text, start, end))


@pytest.mark.parametrize(("number", "ok"), [
    ("536-22-1947", True), ("000-22-1947", False), ("666-22-1947", False), ("912-22-1947", False), ("536-00-1947", False),
    ("536-22-0000", False)])
def test_a_social_security_number_that_can_have_been_issued(number: str, ok: bool) -> None:
    assert _checks.ssn(whole(number)) is ok


@pytest.mark.parametrize(("number", "ok"), [
    ("+442079460958", True), ("+1 202-555-0147", True), ("+999 12345678", False), ("+44 123", False), ("+12 345 678", False)])
def test_a_telephone_number_is_one_of_a_numbering_plan(number: str, ok: bool) -> None:
    assert _checks.phone_international(whole(number)) is ok


@pytest.mark.parametrize("letters", ["alnum", "hex", "base32", "b64", "key"])
def test_random_tokens_are_taken_for_drawn(letters: str) -> None:
    draw = random.Random(letters)
    size = 32 if letters != "base32" else 16
    missed = sum(not _checks.drawn(whole("".join(draw.choices(CLASSES[letters], k=size)))) for _ in range(2_000))
    assert missed <= 6, "more than 0.3 % of real secrets would pass unseen"


@pytest.mark.parametrize("value", [
    "AKIAIOSFODNN7EXAMPLE", "ghp_your_token_goes_here_please_ok", "sk-12345678901234567890", "xxxxxxxxxxxxxxxxxxxx", "a" * 36,
    "abcdefghijklmnopqrstuvwxyz", "abcd1234abcd1234abcd1234", "REPLACE_ME_WITH_A_TOKEN", "0" * 40, "<insert key here>12345"])
def test_placeholders_are_typed(value: str) -> None:
    assert not _checks.drawn(whole(value))


def test_a_github_token_ends_with_its_checksum() -> None:
    token = fill("<github:ghp>", random.Random(5))
    assert _checks.github_checksum(whole(token))
    assert not _checks.github_checksum(whole(token[:-1] + ("a" if token[-1] != "a" else "b")))
    assert base62_crc32("") == "000000"


def test_a_jwt_decodes() -> None:
    assert _checks.jwt(whole(fill("<jwt>", random.Random(2))))
    for broken in ("eyJ.eyJ.x", "a.b.c", "", "e30.e30.sig", "eyJhbGciOjF9"):
        assert not _checks.jwt(whole(broken))
    assert not _checks.jwt(whole("W1tb" * 9_000 + ".e30.x")), "nesting is no fault"


@pytest.mark.parametrize(("value", "ok"), [
    ("a@example.com", True), ("a%40example.com", True), ("a@w.transpose", False), ("a..b@example.com", False), ("a.@example.com", False)])
def test_mail(value: str, ok: bool) -> None:
    assert _checks.mail(whole(value)) is ok


def test_every_check_is_named_as_it_is_called() -> None:
    assert all(getattr(_checks, name) is check for name, check in _checks.CHECKS.items())
