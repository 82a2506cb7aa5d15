from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.headers import FIELDS, headers

HASH = sha256(b"sk-in-the-clear").hexdigest()
WANTED = {"user_agent.original": "curl/8", "http.request.id": "r-1", "sentinel.key.hash": HASH}


def read(value: Any, **fields: Any) -> dict[str, Any]:
    headers(value, fields)
    return fields


@pytest.mark.parametrize("value", [
    {"User-Agent": "curl/8", "X-Request-ID": "r-1", "Authorization": "Bearer sk-in-the-clear", "Cookie": "s=1"},
    {"user-agent": ["curl/8"], "x-request-id": ["r-1"], "api-key": ["sk-in-the-clear"]},
    [["user-agent", "curl/8"], ["x-request-id", "r-1"], ["x-api-key", "sk-in-the-clear"]],
    [{"name": "user-agent", "value": "curl/8"}, {"name": "x-request-id", "value": "r-1"}, {"name": "x-goog-api-key", "value": "sk-in-the-clear"}],
])
def test_however_headers_are_written(value: Any) -> None:
    assert read(value) == WANTED


def test_what_the_record_says_elsewhere_wins() -> None:
    assert read({"authorization": "Bearer x"}, **{"sentinel.key.hash": HASH}) == {"sentinel.key.hash": HASH}


def test_the_hash_of_somebody_elses_key_makes_nobody_him() -> None:
    assert read({"authorization": f"Bearer {HASH}"}) == {"sentinel.key.hash": sha256(HASH.encode()).hexdigest()}


@pytest.mark.parametrize("value", [
    {"authorization": "Bearer sk-in-the-clear", "x-api-key": "another"}, {"x-api-key": "another", "Authorization": "Bearer sk-in-the-clear"},
    {"authorization": ["Bearer sk-in-the-clear", "Bearer another"]}, [["api-key", "sk-in-the-clear"], ["api-key", "another"]],
    {"authorization": "Bearer sk-in-the-clear", "AUTHORIZATION": "Bearer another"},
])
def test_of_two_keys_nobody_knows_which_one_counted(value: Any) -> None:
    assert "sentinel.key.hash" not in read(value)
    assert read({"authorization": "Bearer sk-in-the-clear", "x-api-key": "sk-in-the-clear"}) == {"sentinel.key.hash": HASH}


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.sampled_from(["user-agent", "authorization", "name", "value", ""]) | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["User-Agent", "api-key", "name", "key", "value"]), inner), max_leaves=8)


@given(JSON)
def test_no_shape_breaks_it_and_no_credential_gets_through(value: Any) -> None:
    found = read(value)
    assert found.keys() <= set(FIELDS)
    assert len(found.get("sentinel.key.hash", HASH)) == 64
