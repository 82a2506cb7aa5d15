import random

import pytest

from sentinel.detectors._checks import token
from tests.detectors._checks.place import whole
from tests.detectors.generate import CLASSES, fill


@pytest.mark.parametrize("letters", ["alnum", "hex", "base32", "b64", "key"])
def test_random_tokens_are_taken_for_drawn(letters: str) -> None:
    draw = random.Random(letters)
    size = 32 if letters != "base32" else 16
    missed = sum(not token.drawn(whole("".join(draw.choices(CLASSES[letters], k=size)))) for _ in range(2_000))
    assert missed <= 6, "more than 0.3 % of real secrets would pass unseen"


@pytest.mark.parametrize("value", [
    "AKIAIOSFODNN7EXAMPLE", "ghp_your_token_goes_here_please_ok", "sk-12345678901234567890", "xxxxxxxxxxxxxxxxxxxx", "a" * 36,
    "abcdefghijklmnopqrstuvwxyz", "abcd1234abcd1234abcd1234", "REPLACE_ME_WITH_A_TOKEN", "0" * 40, "<insert key here>12345"])
def test_placeholders_are_typed(value: str) -> None:
    assert not token.drawn(whole(value))


def test_a_github_token_ends_with_its_checksum() -> None:
    drawn = fill("<github:ghp>", random.Random(5))
    assert token.github_checksum(whole(drawn))
    assert not token.github_checksum(whole(drawn[:-1] + ("a" if drawn[-1] != "a" else "b")))
    assert token.base62_crc32("") == "000000"


def test_a_jwt_decodes() -> None:
    assert token.jwt(whole(fill("<jwt>", random.Random(2))))
    for broken in ("eyJ.eyJ.x", "a.b.c", "", "e30.e30.sig", "eyJhbGciOjF9"):
        assert not token.jwt(whole(broken))
    assert not token.jwt(whole("W1tb" * 9_000 + ".e30.x")), "nesting is no fault"
