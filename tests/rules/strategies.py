"""Random detections and events over a small world, so that they meet often."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from hypothesis import strategies as st

FIELDS = ("f", "g", "h", "user.email", "sentinel.x")  # a mail address is not scanned
# Letters that fold in odd ways, wildcards, escapes, dashes, digits, a newline, NUL, a surrogate.
LETTERS = "aAbkKsSſK\u00dfßΣσςİıВвᲀ*?\\-/–1 4\n\x00\ud800"

words = st.text(LETTERS, max_size=5)
long_words = st.sampled_from(["password", "PASSWORD", "paſſword", "xpasswordx", "Straße", "STRASSE", "ПРИВЕТ", "привет", "приᲀет",
                              "x -enc y", "x /ENC y", "-a –a", "C:\\a\\", "c:\\A*", "\\\\*", "a*b"])
numbers = st.one_of(st.integers(-3, 60), st.sampled_from([4688, 401, 2**53 + 1, 2**53, 2**70, 1.5, 401.0, 1e-07]))
encoded = st.builds(lambda before, word, codec: b64encode(before + word.encode(codec)).decode(), st.binary(max_size=3),
                    st.sampled_from(["password", "-enc", "aé"]), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-16"]))
wide = st.sampled_from(["password", "ab", "aB"]).flatmap(lambda w: st.sampled_from(
    [w.encode("utf-16-le").decode("latin-1"), w.encode("utf-16-be").decode("latin-1"), "\ufeff" + w.encode("utf-16-le").decode("latin-1")]))
times = st.sampled_from(["2026-11-24T22:15:00Z", "2026-11-24T22:15:00-05:00", "2027-01-01", "2026-13-01", 1795558500, 1795558500000])
addresses = st.sampled_from(["10.1.2.3", "11.0.0.1", "2001:db8::1", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "10.0.0.0/8"])
scalars: st.SearchStrategy[Any] = st.one_of(
    words, long_words, numbers, st.booleans(), st.none(), encoded, wide, times, addresses,
    st.sampled_from(["401", "04688", "4688", "true", "True", "1.5", "", float("nan"), float("inf")]))
values: st.SearchStrategy[Any] = st.one_of(
    scalars, scalars, st.lists(scalars, max_size=3), st.lists(st.lists(scalars, max_size=2), max_size=2),
    st.dictionaries(st.sampled_from(["f", "g"]), scalars, max_size=2), st.lists(st.dictionaries(st.just("f"), scalars, max_size=1), max_size=2))
# As they are logged: objects in lists in objects. `flat` makes of them what rules are asked about.
records = st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)
events = st.dictionaries(st.sampled_from(FIELDS), st.one_of(scalars, st.lists(scalars, max_size=3)), max_size=4)

strings = st.one_of(words, long_words).filter(lambda s: "\ud800" not in s)
plain_strings = st.sampled_from(["password", "-enc", "-a /b", "aé", r"a\*", "ab"])
STARS = ("|contains", "|startswith", "|endswith", "")
PLACEHOLDERS = {"who": ["pass*", "привет"], "net": ["10.0.0.0/8", "::1/128"], "digits": ["4[0-9]+"]}
PATTERNS = ["pass(word|port)", "^a", "b$", "a.b", "[ab]+", "(foo|bar)?", "p.ssw", "привет", "k{2,}", "(?:ab|ba)1", "1+", "4[0-9]{2}", "[0-9]+",
            "", "word\\b"]


def some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or a list of them."""
    return st.one_of(one, st.lists(one, min_size=1, max_size=2))


def chain(*choices: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.tuples(*map(st.sampled_from, choices)).map("".join)


ORDER = ("|gt", "|gte", "|lt", "|lte")
EVERY = ("", "", "|all", "|neq", "|all|neq")
KINDS: dict[str, tuple[st.SearchStrategy[str], st.SearchStrategy[Any]]] = {
    "plain": (st.just(""), some(st.one_of(strings, numbers, st.booleans(), st.none()))),
    "nothing": (st.just(""), st.just([])),
    "string": (chain(STARS, ("", "", "|cased")), some(strings)),
    "not text": (chain(STARS[:3]), some(st.one_of(numbers, st.booleans()))),
    "cased first": (chain(("|cased",), STARS), some(strings)),
    "windash": (chain(("|windash",), STARS, ("", "|cased")), some(st.one_of(strings, plain_strings))),
    "windash last": (chain(STARS, ("|windash",)), some(plain_strings)),
    "base64": (chain(("", "|wide", "|utf16le", "|utf16be", "|utf16"), ("|base64", "|base64offset"), STARS, ("", "|cased")), some(plain_strings)),
    "windash base64": (chain(("|windash",), ("", "|wide"), ("|base64offset|contains",)), some(st.sampled_from(["-enc", "-a"]))),
    "wide": (chain(("|wide", "|utf16be", "|utf16"), STARS), some(plain_strings)),
    "re": (chain(("|re",), ("", "|s", "|m|s", "|m")), some(st.sampled_from(PATTERNS))),
    "re joined": (chain(("|re",), ("|startswith", "|endswith", "|contains")), some(st.sampled_from(["a", "[ab]", "pass|привет", "1+"]))),
    "cidr": (st.just("|cidr"), some(st.sampled_from(["10.0.0.0/8", "2001:db8::/32", "::/0", "fe80::/10", "10.1.2.3"]))),
    "compare": (chain(ORDER), some(numbers)),
    "part": (chain(("|hour", "|minute", "|day", "|week", "|month", "|year"), ("", *ORDER)), some(st.sampled_from([3, 15, 22, 24, 53, 11, 2026]))),
    "part last": (chain(ORDER, ("|hour", "|day")), some(st.sampled_from([3, 22, 24]))),
    "exists": (st.just("|exists"), st.booleans()),
    "fieldref": (chain(("|fieldref",), (*STARS, *ORDER)), some(st.sampled_from(FIELDS))),
    "fieldref cased": (chain(STARS, ("|fieldref|cased",)), some(st.sampled_from(FIELDS))),
}
# Those whose rules need `PLACEHOLDERS`.
EXPANDED: dict[str, tuple[st.SearchStrategy[str], st.SearchStrategy[Any]]] = {
    "expand": (chain(("|expand",), STARS), some(st.sampled_from(["%who%", "x%who%", r"\%who%", "100%"]))),
    "expand cidr": (st.just("|cidr|expand"), st.just("%net%")),
    "expand re": (st.just("|re|expand"), st.just("%digits%")),
}
KEYWORDS = ("string", "plain", "re", "base64", "windash")


@st.composite
def lines(draw: st.DrawFn, kinds: dict[str, Any] = KINDS) -> tuple[str, Any]:
    modifiers, given = kinds[draw(st.sampled_from(sorted(kinds)))]
    return draw(st.sampled_from(FIELDS)) + draw(modifiers) + draw(st.sampled_from(EVERY)), draw(given)


def _is_keyword(value: Any) -> bool:
    return value is not None and not (isinstance(value, list) and None in value)


@st.composite
def keyword_lines(draw: st.DrawFn) -> tuple[str, Any]:
    modifiers, given = KINDS[draw(st.sampled_from(KEYWORDS))]
    return draw(modifiers) + draw(st.sampled_from(["", "|all", "|neq"])), draw(given.filter(_is_keyword))


def _selections(kinds: dict[str, Any]) -> st.SearchStrategy[Any]:
    mappings = st.lists(lines(kinds), min_size=1, max_size=2).map(dict)
    return st.one_of(mappings, mappings, st.lists(mappings, min_size=1, max_size=2), keywords, keyword_lines().map(lambda line: dict([line])),
                     st.tuples(mappings, strings).map(list))


keywords = st.lists(st.one_of(strings, st.integers(0, 500)), min_size=1, max_size=2)
selections, expanded = _selections(KINDS), _selections({**KINDS, **EXPANDED})

NAMES = ("one", "two", "three", "notable")
CONDITIONS = ["one", "not one", "one and two", "one or two", "one or two and three", "not one and two", "not (one or two)",
              "1 of them", "all of them", "1 of t*", "all of t* and not one", "not 1 of t*", "one and not two or three",
              "notable or one", ["one", "two and three"], "2 of them", "NOT 2 OF t*", "one AND (two Or not three)", "any of *o*e"]


@st.composite
def detections(draw: st.DrawFn, placeholders: bool = False) -> dict[str, Any]:
    condition = draw(st.sampled_from(CONDITIONS))
    words = str(condition).translate(str.maketrans("()[],'", "      ")).split()
    # Selections that nobody names cost time and prove nothing.
    names = [name for name in NAMES if name in words or {"of", "OF"} & set(words)]
    return {**{name: draw(expanded if placeholders else selections) for name in names}, "condition": condition}
