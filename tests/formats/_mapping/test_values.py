from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.values import CONVERTERS

HASH = "5f4e7bbae3235804160a7b7a04ed3880ff34e38d8459aaabfe0be6e269584250"

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6)


@pytest.mark.parametrize(("kind", "value", "wanted"), [
    ("text", "a", "a"), ("text", "", None), ("text", 5, "5"), ("text", True, "true"), ("text", [], None), ("text", {}, None),
    ("words", ["a", {"text": "b"}, {"type": "image"}, 3], "a\nb"), ("words", "a", "a"), ("words", [], None), ("words", {}, None),
    ("int", "12", 12), ("int", "-12", -12), ("int", 3.0, 3), ("int", 3.5, None), ("int", "3.5", None), ("int", True, None),
    ("int", 2**63, None), ("int", "9" * 30, None), ("int", "٣", None), ("int", "1_0", None), ("int", [], None), ("int", None, None),
    ("number", "0.5", 0.5), ("number", 2, 2), ("number", "NaN", None), ("number", float("inf"), None), ("number", "x", None),
    ("bool", True, True), ("bool", "False", False), ("bool", 1, None), ("bool", [], None),
    ("list", "a", ["a"]), ("list", ["a", None, 2, {}], ["a", "2"]), ("list", [], None),
    ("ip", "203.0.113.7", "203.0.113.7"), ("ip", "203.0.113.7:5120", "203.0.113.7"), ("ip", "[2001:db8::17]:80", "2001:db8::17"),
    ("ip", "2001:0DB8:0:0:0:0:0:17", "2001:db8::17"), ("ip", "::ffff:203.0.113.7", "203.0.113.7"), ("ip", "fe80::1%eth0", "fe80::1"),
    ("ip", "unix:", None), ("ip", "localhost", None), ("ip", "203.0.113.7, 10.0.0.1", None), ("ip", "1" * 200, None), ("ip", 7, None),
    ("status", 200, 200), ("status", "404", 404), ("status", 0, None), ("status", "content_policy_violation", None),
    ("status", 99, None), ("status", 600, None), ("status", [], None), ("status", "", None),
    ("outcome", "200", "success"), ("outcome", 302, "success"), ("outcome", 400, "failure"), ("outcome", "000", None),
    ("seconds", 0.041, 41_000_000), ("seconds", "0.041", 41_000_000), ("seconds", 2, 2_000_000_000), ("seconds", -1, None),
    ("seconds", "-", None), ("seconds", "0.001, 0.002", None), ("seconds", float("nan"), None), ("seconds", 1e300, None),
    ("milliseconds", 1.5, 1_500_000),
    ("key", HASH, HASH), ("key", HASH.upper(), HASH), ("key", "", None), ("key", 5, None),
    ("key", "sk-in-the-clear", sha256(b"sk-in-the-clear").hexdigest()),
    ("key", "b3BzIHVzZXI6cHc=", "ac57274563a0526005e3ba777fa9f7f2beca71d232ec10fb735df843d11cf87d"),
    ("sha256", HASH, HASH), ("sha256", "sk-in-the-clear", None), ("sha256", HASH + "0", None), ("sha256", "g" * 64, None),
    ("header", "my-agent (\xd1\x82\xd0\xb5)", "my-agent (те)"), ("header", "caf\xe9", "café"), ("header", "日本", "日本"), ("header", "", None),
    ("prefix", "openai/gpt-4o", "openai"), ("prefix", "gpt-4o", None), ("prefix", "/x", None), ("prefix", None, None),
    ("chosen", "sess-42", "sess-42"), ("chosen", "d57486e6-b2cb-46e0-bd85-72ccd83716f4", None), ("chosen", "", None),
    ("microseconds", "41000", 41_000_000), ("microseconds", -1, None), ("nanoseconds", 41, 41), ("nanoseconds", 0.5, None), ("nanoseconds", -1, None),
    ("query", "?a=b", "a=b"), ("query", "a=b", "a=b"), ("query", "?", None), ("query", None, None),
    ("outside_ip", "203.0.113.7:51200", "203.0.113.7"), ("outside_ip", "[2001:db8::17]:80", "2001:db8::17"), ("outside_ip", "10.0.0.9", None),
    ("outside_ip", "192.168.1.1:80", None), ("outside_ip", "127.0.0.1", None), ("outside_ip", "fd00::1", None), ("outside_ip", "100.64.0.1", None),
    ("forwarded_ip", "203.0.113.7", "203.0.113.7"), ("forwarded_ip", "192.0.2.66, 203.0.113.7,10.0.0.9", "203.0.113.7"),
    ("forwarded_ip", "10.0.0.9", None), ("forwarded_ip", "unknown, 203.0.113.7", "203.0.113.7"), ("forwarded_ip", "203.0.113.7, unknown", "203.0.113.7"),
    ("forwarded_ip", "a" * 5000 + ",203.0.113.7", "203.0.113.7"), ("forwarded_ip", "", None), ("forwarded_ip", ["203.0.113.7"], None),
    ("operation", "/v1/chat/completions", "chat"), ("operation", "/openai/v1/chat/completions?x=/v1/embeddings", "chat"),
    ("operation", "/v1/completions/", "text_completion"), ("operation", "/v1beta/models/g:streamGenerateContent", "generate_content"),
    ("operation", "/v1/embeddings", "embeddings"), ("operation", "/healthz", None), ("operation", "", None), ("operation", 5, None),
    ("backend", "default/openai/route/claims/rule/0/ref/0", "openai"), ("backend", "openai", "openai"), ("backend", "a//route/x", None),
    ("backend", "a/b/c/d", "a/b/c/d"), ("backend", "", None),
    ("credential", "Bearer sk-in-the-clear", sha256(b"sk-in-the-clear").hexdigest()), ("credential", " bearer  sk-in-the-clear ", sha256(b"sk-in-the-clear").hexdigest()),
    ("credential", "sk-in-the-clear", sha256(b"sk-in-the-clear").hexdigest()), ("credential", HASH, sha256(HASH.encode()).hexdigest()), ("credential", "Bearer", sha256(b"Bearer").hexdigest()),
    ("credential", "", None), ("credential", 5, None),
    ("masked", "203.0.113.***", "203.0.113.***"), ("masked", "203.0.113.7", None), ("masked", "", None), ("masked", None, None),
    ("failed", "ThrottlingException", "failure"), ("failed", {"code": 1}, "failure"), ("failed", "", None), ("failed", 0, None), ("failed", None, None),
    ("arn_user", "arn:aws:sts::123456789012:assumed-role/claims-app/session-a1", "claims-app"), ("arn_user", "arn:aws:iam::123456789012:user/eng/jon.perez", "jon.perez"),
    ("arn_user", "arn:aws:iam::123456789012:root", "root"), ("arn_user", "arn:aws-cn:sts::1:federated-user/x", "x"), ("arn_user", "jon", "jon"), ("arn_user", "", None),
    ("arn_session", "arn:aws:sts::123456789012:assumed-role/claims-app/dana@example.org", "dana@example.org"), ("arn_session", "arn:aws:iam::1:user/jon", None),
    ("arn_session", "arn:aws:sts::1:assumed-role/claims-app", None), ("arn_session", 5, None),
    ("deployment", "https://h/openai/deployments/gpt/chat/completions?api-version=1", "gpt"), ("deployment", "/deployments/gpt?x", "gpt"), ("deployment", "/v1", None),
    ("gcp_model", "publishers/google/models/gemini-1:generateContent", "gemini-1"), ("gcp_model", "/v1beta/models/gemini-1:streamGenerateContent?alt=sse", "gemini-1"),
    ("gcp_model", "models/gemini-1", "gemini-1"), ("gcp_model", "gemini-1", "gemini-1"), ("gcp_model", "projects/1/endpoints/2", None), ("gcp_model", 5, None),
    ("failed_status", "429", "429"), ("failed_status", 500, "500"), ("failed_status", "200", None), ("failed_status", "Failed", None), ("failed_status", 0, None),
    ("count", 512, 512), ("count", "512", 512), ("count", -1, None), ("count", 4539148803436467, None), ("count", "4539148803436467", None),
    ("setting", 0.7, 0.7), ("setting", -1, -1), ("setting", 4539148803436467.0, None), ("setting", "4539148803436467", None), ("setting", True, None),
    ("version", "HTTP/1.1", "1.1"), ("version", "2.0", "2.0"), ("version", "", None),
])
def test_conversions(kind: str, value: Any, wanted: Any) -> None:
    got = CONVERTERS[kind](value)
    assert got == wanted
    assert type(got) is type(wanted)


@given(JSON)
def test_no_value_of_a_log_breaks_a_converter(value: Any) -> None:
    for kind, convert in CONVERTERS.items():
        got = convert(value)
        assert got is None or got.__class__ in (str, int, float, bool, list), kind
        assert got not in ("", []), kind


@given(st.text(min_size=1))
def test_a_key_never_gets_through(value: str) -> None:
    got = CONVERTERS["key"](value)
    assert len(got) == 64
    assert set(got) <= set("0123456789abcdef")
