"""What a value becomes after its modifiers."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.glob import Text, Wild
from sentinel.rules.read.modifiers import wants
from sentinel.rules.tree import Compare, Number, Regex, TimePart, Wrong


def texts(chain: str, value: Any) -> list[str]:
    """The strings that a value became, wildcards as written."""
    found = []
    for want in wants(chain.split("|"), value):
        assert isinstance(want, Text)
        found.append("".join(p if isinstance(p, str) else p.value for p in want.parts))
    return found


@pytest.mark.parametrize(("chain", "value", "becomes"), [
    ("base64", "foo", ["Zm9v"]), ("base64|contains", "foo", ["*Zm9v*"]), ("base64", "é", ["w6k="]), (r"base64", r"a\*", ["YSo="]),
    ("base64offset", "foobar", ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]), ("wide|base64", "ab", ["YQBiAA=="]), ("utf16le|base64", "ab", ["YQBiAA=="]),
    ("utf16be|base64", "ab", ["AGEAYg=="]), ("utf16|base64", "ab", ["//5hAGIA"]), ("wide", "ab", ["a\0b\0"]), ("utf16", "a", ["\ufeffa\0"]),
    ("wide|contains", "a*b", ["*a\0*b\0*"]), ("contains", "a\\", ["*a\\*"]), ("contains", "*a*", ["*a*"]), ("startswith", 40, ["40*"]),
    ("contains", True, ["*true*"]), ("contains", date(2026, 11, 24), ["*2026-11-24*"]),
])
def test_strings(chain: str, value: Any, becomes: list[str]) -> None:
    assert texts(chain, value) == becomes


@given(st.binary(max_size=5), st.text(min_size=2, max_size=12).filter(lambda t: not set(t) & set("*?\\")), st.binary(max_size=5))
def test_base64offset_is_found_wherever_the_text_stands(before: bytes, text: str, after: bytes) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    encoded = b64encode(before + data + after).decode()
    assert any(one in encoded for one in texts("base64offset", text))


def test_windash_changes_dashes_at_word_starts_however_many() -> None:
    [want] = wants(["windash", "contains"], "-a /b c-d --e -f -g -h")
    assert isinstance(want, Text)
    assert sum(part is Wild.DASH for part in want.parts) == 6
    assert "c-d -" in "".join(p for p in want.parts if isinstance(p, str))


def test_windash_before_base64_writes_the_forms_out() -> None:
    assert b64encode("—a".encode()).decode() in texts("windash|base64", "-a")
    with pytest.raises(Wrong, match="5 variants for each of 6 dashes"):
        wants(["windash", "base64"], "-a -b -c -d -e -f")


def test_regular_expressions() -> None:
    assert wants(["re", "i", "s"], "a.b") == [Regex("a.b", "is")]
    assert wants(["re"], r"a\\b\*") == [Regex(r"a\\b\*")]
    assert wants(["re", "startswith"], "a") == [Regex(r"\A(?:a)")]


def test_numbers_keep_every_digit() -> None:
    assert wants([], 9007199254740993) == [Number(9007199254740993)]
    assert wants(["gt"], "9007199254740993") == [Compare("gt", 9007199254740993)]


@pytest.mark.parametrize("chain", ["hour|gte", "gte|hour"])
def test_parts_of_times(chain: str) -> None:
    assert wants(chain.split("|"), 20) == [TimePart("hour", Compare("gte", 20))]


def test_placeholders_multiply() -> None:
    given = {"who": ["ann", "b*"], "where": ["x"]}
    assert [w.parts for w in wants(["expand", "contains"], "%who%@%where%", given) if isinstance(w, Text)] == [
        (Wild.ANY, "ann@x", Wild.ANY), (Wild.ANY, "b", Wild.ANY, "@x", Wild.ANY)]
    assert wants(["contains", "expand"], "%who%", given) == wants(["expand", "contains"], "%who%", given)
    assert wants(["re", "expand"], "^%where%$", given) == [Regex("^x$")]


def test_an_escaped_percent_sign_begins_no_placeholder() -> None:
    assert [w.parts for w in wants(["expand"], r"\%who%where%", {"where": ["x"]}) if isinstance(w, Text)] == [("%whox",)]


@pytest.mark.parametrize(("chain", "value", "told"), [
    ("containz", "x", "unknown modifier 'containz'"), ("contains|base64", "x", "would encode the star that `contains` adds"),
    ("gt|lt", 5, "`lt` cannot follow `gt`"), ("exists|contains", True, "`contains` cannot follow `exists`"),
    ("cidr|startswith", "10.0.0.0/8", "`startswith` cannot follow `cidr`"), ("hour|contains", 5, "`contains` cannot follow `hour`"),
    ("base64|cidr", "10.0.0.0/8", "`cidr` takes an unmodified value"), ("windash|exists", True, "`exists` takes an unmodified value"),
    ("re|base64", "x", "`base64` cannot follow `re`"), ("re|gt", "x", "`gt` cannot follow `re`"), ("m", "x", "being a flag of `re`"),
    ("contains|i", "x", "`i` cannot follow `contains`"), ("contains", None, "`contains` takes a string"), ("gt", None, "`gt` takes a number"),
    ("gt", True, "a number is wanted here"), ("lte", "many", "a number is wanted here"), ("cidr", 10, "`cidr` takes a network"),
    ("exists", "true", "`exists` takes true or false"), ("re", 5, "`re` takes a string"), ("fieldref", 5, "the name of a field"),
    ("fieldref", "a*", "the name of a field"), ("fieldref|re", "a", "`re` takes an unmodified value"), ("expand", 5, "`expand` takes a string"),
    ("windash", None, "`windash` takes a string"), ("base64offset", None, "takes a string"), ("hour", "noon", "a number is wanted here"),
    ("", b"x", "a value is text, a number"), ("", [1], "a value is text, a number"),
])
def test_what_cannot_be_is_said(chain: str, value: Any, told: str) -> None:
    with pytest.raises(Wrong) as raised:
        wants([one for one in chain.split("|") if one], value)
    assert told in raised.value.what


@pytest.mark.parametrize(("names", "value", "what"), [
    (["windash", "base64"], " -a" * 20_000, "20000 dashes"), (["windash"], " -a" * 20_000, "wildcards"), (["contains"], "a*" * 5_000, "wildcards"),
    (["wide"], "?" * 5_000, "wildcards"), (["expand"], "%n%%m%%o%", "10000 values")])
def test_a_value_is_of_bounded_cost(names: list[str], value: str, what: str) -> None:
    with pytest.raises(Wrong, match=what):
        wants(names, value, {name: [str(number) for number in range(300)] for name in "nmo"})
