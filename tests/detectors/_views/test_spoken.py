import pytest

from sentinel.detectors._views import spoken
from sentinel.detectors._views.fragment import Limit
from sentinel.scan import Scan


@pytest.mark.parametrize(("text", "stands"), [
    ("mail «ann at example dot com» now", "ann@example.com"), ("«ann(at)example(dot)com»", "ann@example.com"), ("«a.b [at] example.org»", "a.b@example.org"),
    ("«ann arroba ejemplo punto es»", "ann@ejemplo.es"), ("«ann@example[dot]com»", "ann@example.com"), ("«ann_at_example_dot_com»", "ann@example.com"),
    ("«ann @ example . com»", "ann@example.com"), ("«ann dot lee at mail dot example dot org»", "ann.lee@mail.example.org"),
    ("«ann ät beispiel punkt de»", "ann@beispiel.de"), ("email: «ann at example.com»", "ann@example.com")])
def test_addresses(text: str, stands: str) -> None:
    start, end = text.index("«"), text.index("»") - 1
    text = text.replace("«", "").replace("»", "")
    assert (start, end, stands) in [fragment[:3] for fragment in spoken.addresses(text, Limit())]
    assert Scan([spoken.SIGN_ADDRESS]).hits(text)


@pytest.mark.parametrize("text", [
    "Look at example dot com for more.", "the docs at example.com", "y = a @ b.T", "meet me at work dot it", "arrive at 10 dot", "see us at example.com"])
def test_places_are_no_addresses(text: str) -> None:
    assert list(spoken.addresses(text, Limit())) == []


@pytest.mark.parametrize(("text", "number"), [
    ("five five five, one two three, four five six seven", "555-123-4567"), ("plus four four two oh seven nine four six", "+44207946"),
    ("fünf drei sechs zwei zwei eins neun vier neun", "536-22-1949"), ("double five five one two three four five six seven", "555-123-4567")])
def test_digits_in_words(text: str, number: str) -> None:
    assert number in [fragment.said for fragment in spoken.digits(text, Limit())]


def test_chinese_numerals() -> None:
    assert [f.said for f in spoken.chinese("电话 一三八零零一三八零零零", Limit())] == ["13800138000", "1-380-013-8000"]


def test_counting_is_no_number() -> None:
    assert list(spoken.digits("one or two of them, three at most", Limit())) == []
    assert not Scan([spoken.SIGN_DIGITS]).hits("no one phoned at two, and none at four")
