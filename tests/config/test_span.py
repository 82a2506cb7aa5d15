import pytest

from sentinel.clock import SECOND
from sentinel.config.span import in_words, span

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("15min", 900), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)])
def test_as_people_write_them(text: str, seconds: int) -> None:
    assert span(text) == seconds * SECOND


@pytest.mark.parametrize("text", ["", "h", "24", "24 h", "1.5h", "-1h", "24y", "٣h", "9999999999s"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 90s"):
        span(text)


@pytest.mark.parametrize(("span", "said"), [(40 * SECOND, "40 s"), (12 * MINUTE + SECOND, "12 min"), (200 * MINUTE, "3 h 20 min"),
                                            (2 * HOUR, "2 h"), (52 * HOUR, "2 d 4 h"), (0, "0 s")])
def test_spans_for_people(span: int, said: str) -> None:
    assert in_words(span) == said
