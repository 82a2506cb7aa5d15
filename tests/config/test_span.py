import pytest

from sentinel.clock import SECOND
from sentinel.config.span import span


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("15min", 900), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)])
def test_as_people_write_them(text: str, seconds: int) -> None:
    assert span(text) == seconds * SECOND


@pytest.mark.parametrize("text", ["", "h", "24", "24 h", "1.5h", "-1h", "24y", "٣h", "9999999999s"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 90s"):
        span(text)
