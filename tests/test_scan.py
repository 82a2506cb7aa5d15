import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import SentinelError
from sentinel.scan import Pattern, Scan, text_of


def test_each_pattern_is_reported_once_however_often_it_occurs() -> None:
    scan = Scan([Pattern("needle", literal=True), Pattern("hay[0-9]+"), Pattern("absent", literal=True)])
    assert scan.hits("needle hay1 needle hay22") == {0, 1}
    assert scan.hits("nothing") == frozenset()


@pytest.mark.parametrize(("literal", "text"), [
    ("straße", "STRASSE STRAßE"), ("ПАРОЛЬ", "мой пароль"), ("k", "\u212a"), ("É", "é"), ("a.b", "A.B"),
])
def test_case_folds_beyond_ascii(literal: str, text: str) -> None:
    assert Scan([Pattern(literal, literal=True, caseless=True)]).hits(text) == {0}


def test_a_dot_crosses_lines_and_nul_ends_nothing() -> None:
    assert Scan([Pattern("a.*b")]).hits("a\n\nb") == {0}
    assert Scan([Pattern("secret", literal=True)]).hits("x\x00secret") == {0}


def test_lone_surrogates_do_not_hide_what_follows() -> None:
    assert Scan([Pattern("secret", literal=True, caseless=True)]).hits("\ud800 SECRET") == {0}


def test_a_refused_pattern_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(SentinelError):
        Scan([Pattern("a(?=b)")])


def test_no_patterns_no_hits() -> None:
    assert Scan([]).hits("anything") == frozenset()


@given(st.text(), st.text(min_size=1))
def test_a_literal_is_found_exactly_where_it_is(text: str, literal: str) -> None:
    text, literal = (s.encode("utf-8", "replace").decode() for s in (text, literal))
    assert bool(Scan([Pattern(literal, literal=True)]).hits(text)) == (literal in text)


def test_the_text_of_an_event_is_its_strings_and_those_in_its_lists() -> None:
    assert text_of({"a": "one", "n": 5, "l": ["two", 3, "three"], "b": True}) == "one\ntwo\nthree"


@pytest.mark.parametrize(("name", "made", "forged"), [
    ("sentinel.call.id", "2b1de1c5-9d68-4c6b-8f0a-0c3e5f1a2b3c", "alice.w@corp-mail.org"),
    ("http.version", "1.1", "alice.w@corp-mail.org"),
    ("http.request.method", "POST", "alice.w@corp-mail.org"),
    ("event.outcome", "failure", "call 4539 1488 0343 6467"),
    ("gen_ai.provider.name", "azure.ai.openai", "4539 1488 0343 6467"),
    ("gen_ai.response.id", "chatcmpl-9xYzAbCdEf0123", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    ("gen_ai.response.id", "msg_bdrk_01Abc", "AKIAQ3EGRTVNOPWXYZAB"),
    ("gen_ai.response.id", "resp_0a1b", "chatcmpl-4539148803436467"),
    ("sentinel.media.hash", ["ab" * 32], ["ab" * 31 + "4539148803436467"]),
    ("gen_ai.response.finish_reasons", ["stop", "tool_calls"], ["stop", "alice.w@corp-mail.org"]),
])
def test_what_the_server_did_not_write_is_scanned(name: str, made: object, forged: object) -> None:
    """LiteLLM takes the call id from a header, nginx the version from the request line: raw personal data was stored."""
    assert text_of({name: made}) == ""
    assert text_of({name: forged}) != ""


def test_addresses_hashes_and_what_is_replaced_anyway_are_not_scanned() -> None:
    assert text_of({"source.ip": "203.0.113.7", "sentinel.key.hash": "ab" * 32, "user.email": "a@example.org"}) == ""
