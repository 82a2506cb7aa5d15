from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.convert.pattern import Cannot, caseless, of_regex, of_text
from sentinel.rules.glob import Text, fold, glob, parse
from sentinel.rules.tree import Regex


@pytest.mark.parametrize(("text", "cased", "lucene"), [
    ("abc", True, "abc"), ("aB1", False, "[Aa][Bb]1"), ("*a?*", True, ".*a..*"), (r"\*\?", True, r"\*\?"), ("a/b", True, "a/b"),
    ('"#@&<>~', True, r"\"\#\@\&\<\>\~"), ("k", False, "[Kk\u212a]"), ("ß", False, "[ßẞ]"), ("", False, "")])
def test_a_text(text: str, cased: bool, lucene: str) -> None:
    assert of_text(Text(parse(text), cased)) == lucene


@given(st.text(st.sampled_from("aAbBkKsS\u212aſß*?\\ .[]"), max_size=6), st.text(st.sampled_from("aAbBkKsS\u212aſß .[]\n*?"), max_size=6))
def test_a_text_finds_what_the_matcher_finds(pattern: str, value: str) -> None:
    """Python reads the same syntax, so far as these characters go."""
    text = Text(parse(pattern))
    matches = glob([fold(part) if isinstance(part, str) else part for part in text.parts])
    assert bool(re.fullmatch(of_text(text), value, re.DOTALL)) == matches(fold(value))


@pytest.mark.parametrize(("pattern", "flags", "lucene"), [
    ("abc", "", ".*abc.*"), ("^abc", "", "abc.*"), ("abc$", "", ".*abc"), (r"\Aabc\z", "", "abc"), (r"abc\$", "", r".*abc\$.*"),
    ("a|b", "", ".*(a|b).*"), ("(?i)ab", "", ".*[Aa][Bb].*"), ("ab", "i", ".*[Aa][Bb].*"), ("[a-c]", "i", ".*[a-cABC].*"),
    ("a.b", "", ".*a[^\n]b.*"), ("a.b", "s", ".*a.b.*"), ("a+?b*?c??", "", ".*a+b*c?.*"), (r"\d{2,3}", "", r".*\d{2,3}.*"),
    (r"[^\s\]]", "", r".*[^\s\]].*"), (r"\x41\x{42}", "", ".*AB.*"), (r"\n", "", ".*\n.*"), ("(?:a)(?P<n>b)", "", ".*(a)(b).*"),
    ("a{b", "", r".*a\{b.*"), ("[]a]", "", r".*[\]a].*"), (r"(?:^|[?&])key=", "", r"(.*([\?\&]))?key=.*"),
    (r"key(?:=|$)", "", "key((=).*)?"), ("(^|a)b(c|$)", "", "(.*(a))?b((c).*)?")])
def test_a_pattern(pattern: str, flags: str, lucene: str) -> None:
    if pattern == r"key(?:=|$)":
        lucene = ".*" + lucene
    assert of_regex(Regex(pattern, flags)) == lucene


@pytest.mark.parametrize("pattern", [
    r"\bword", r"a\B", "^a|b", "a|b$", "a^b", "(?i:a)b", "[[:alpha:]]", r"\pL", "(?m)^a", "[^x]{0,300}", ".{20}", r"\S{1,99}",
    r"(@[^@]*){20}", "(?:^|a)+b"])
def test_what_lucene_cannot_say_is_said(pattern: str) -> None:
    with pytest.raises(Cannot, match=r"Lucene|Elasticsearch"):
        of_regex(Regex(pattern))


LETTERS = st.sampled_from(list("abAB1-_ \n"))
ATOMS = st.one_of(LETTERS.map(re.escape), st.sampled_from([".", r"\d", r"\w", "[ab]", "[^a]", "(?:a|b1)", "(b)"]))
PATTERNS = st.lists(st.tuples(ATOMS, st.sampled_from(["", "", "*", "+", "?", "{1,2}", "+?"])).map("".join), min_size=1, max_size=4).map("".join)


@given(PATTERNS, st.booleans(), st.booleans(), st.booleans(), st.text(LETTERS, max_size=8))
def test_a_pattern_finds_what_the_matcher_finds(pattern: str, caseless: bool, start: bool, end: bool, value: str) -> None:
    whole = "^" * start + pattern + "$" * end
    expected = re.search(whole.replace("$", r"\Z"), value, (re.IGNORECASE if caseless else 0) | re.ASCII)
    found = re.fullmatch(of_regex(Regex(whole, "i" * caseless)), value, re.DOTALL | re.ASCII)
    assert bool(found) == bool(expected)


def test_a_text_without_letters_has_no_case() -> None:
    assert caseless("10.0/8 -") and not caseless("10k")
