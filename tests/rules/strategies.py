"""Random detections and events over a small world, so that they meet often."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

FIELDS = ("f", "g", "h", "user.email", "sentinel.x")  # a mail address is not scanned
# Letters that fold in odd ways, wildcards, escapes, digits, a newline, NUL, a surrogate.
LETTERS = "aAbkKsSſK\u00dfßΣσςİıВвᲀ*?\\-/1 4\n\x00\ud800"

words = st.text(LETTERS, max_size=5)
long_words = st.sampled_from(["password", "PASSWORD", "paſſword", "xpasswordx", "Straße", "STRASSE", "ПРИВЕТ", "привет", "приᲀет"])
numbers = st.one_of(st.integers(-3, 60), st.sampled_from([4688, 401, 2**53 + 1, 2**53, 1.5, 401.0]))
scalars: st.SearchStrategy[Any] = st.one_of(words, long_words, numbers, st.booleans(), st.none(),
                                            st.sampled_from(["401", "04688", "4688", "true", "True", "1.5", ""]))
values: st.SearchStrategy[Any] = st.one_of(scalars, st.lists(scalars, max_size=3))
events = st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)

addresses = st.sampled_from(["10.1.2.3", "11.0.0.1", "2001:db8::1", "::1", "no"])
strings = st.one_of(words, long_words).filter(lambda s: "\ud800" not in s)


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, Any]:
    field = draw(st.sampled_from(FIELDS))
    kind = draw(st.sampled_from(["plain", "string", "re", "cidr", "compare", "exists", "fieldref"]))
    every = draw(st.sampled_from(["", "", "|all", "|neq"]))
    if kind == "plain":
        plain = st.one_of(strings, numbers, st.booleans(), st.none())
        return field + every, draw(st.one_of(plain, st.lists(plain, min_size=1, max_size=3)))
    if kind == "string":
        how = draw(st.sampled_from(["|contains", "|startswith", "|endswith", ""])) + draw(st.sampled_from(["", "", "|cased"]))
        return field + how + every, draw(st.one_of(strings, st.lists(strings, min_size=1, max_size=3)))
    if kind == "re":
        pattern = draw(st.sampled_from(["pass(word|port)", "^a", "b$", "a.b", "[ab]+", "(foo|bar)?", "p.ssw", "привет", "k{2,}",
                                        "(?:ab|ba)1", "1+", "4[0-9]{2}", "[0-9]+", "", "word\\b"]))
        return field + "|re" + draw(st.sampled_from(["", "|s", "|m|s"])) + every, pattern
    if kind == "cidr":
        return field + "|cidr" + every, draw(st.sampled_from(["10.0.0.0/8", "2001:db8::/32"]))
    if kind == "compare":
        return f"{field}|{draw(st.sampled_from(['gt', 'gte', 'lt', 'lte']))}{every}", draw(numbers)
    if kind == "exists":
        return field + "|exists" + every, draw(st.booleans())
    return field + "|fieldref" + every, draw(st.sampled_from(FIELDS))


mappings = st.lists(lines(), min_size=1, max_size=3).map(dict)
keywords = st.lists(st.one_of(strings, st.integers(0, 500)), min_size=1, max_size=3)
selections: st.SearchStrategy[Any] = st.one_of(mappings, mappings, st.lists(mappings, min_size=1, max_size=2), keywords)

CONDITIONS = ["one", "not one", "one and two", "one or two", "one or two and three", "not one and two", "not (one or two)",
              "1 of them", "all of them", "1 of t*", "all of t* and not one", "not 1 of t*", "one and not two or three",
              "notable or one", ["one", "two and three"]]


@st.composite
def detections(draw: st.DrawFn) -> dict[str, Any]:
    names = ("one", "two", "three", "notable")
    return {**{name: draw(selections) for name in names}, "condition": draw(st.sampled_from(CONDITIONS))}
