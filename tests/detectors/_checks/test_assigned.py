import random

import pytest

from sentinel.detectors._checks.assigned import assigned, basic_pair, chosen, named
from sentinel.detectors._checks.candidate import Candidate
from tests.detectors.generate import fill


def place(text: str, value: str) -> Candidate:
    return Candidate(text, text.index(value), text.index(value) + len(value))


def drawn(template: str) -> str:
    return fill(template, random.Random(template))


@pytest.mark.parametrize("value", ["k7#Vt!92qLm", "Blau!kraut77", "VGdWafTUZsBDUZHI", "9f8Kq2mWx1"])
def test_what_a_person_or_a_machine_chose_is_a_password(value: str) -> None:
    assert chosen(place(f"password={value}", value))


@pytest.mark.parametrize("value", ["string", "changeme", "P@ssw0rd", "test1234", "${DB_PASSWORD}", "os.environ[X2]", "user.password2",
                                   "Minimum8", "ann@example.com", "2024-01-01", "abc123", "<your-pass1>", "getpass1()", "my_password_1"])
def test_references_words_and_types_are_none(value: str) -> None:
    assert not chosen(place(f"password={value}", value))


@pytest.mark.parametrize("name", ["next_page_token", "secret_name", "public_key", "token_hash"])
def test_names_that_only_hold_such_a_word(name: str) -> None:
    value = drawn("<40:alnum>")
    assert not assigned(place(f"{name}: {value}", value))
    assert assigned(place(f"access_token: {value}", value))


def test_a_uuid_is_a_key_and_no_token() -> None:
    value = drawn("<8:hex>-<4:hex>-4<3:hex>-a<3:hex>-<12:hex>")
    assert assigned(place(f"api_key: {value}", value))
    assert not assigned(place(f"token: {value}", value))


def test_what_is_cut_off_is_not_shown() -> None:
    value = drawn("<20:alnum>")
    assert named(place(f"token: {value}", value))
    assert not named(place(f"token: {value}...", value))


def test_basic_authentication_holds_a_pair() -> None:
    value = drawn("<basic:14>")
    assert basic_pair(place(f"Basic {value}", value))
    assert not basic_pair(place("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
    assert not basic_pair(place("Basic authentication", "authentication"))
