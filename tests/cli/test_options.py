from __future__ import annotations

import pytest
import typer

from sentinel.cli import options
from sentinel.clock import SECOND


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("15min", 900), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)])
def test_span(text: str, seconds: int) -> None:
    assert options.span(text) == seconds * SECOND


@pytest.mark.parametrize("text", ["", "h", "24", "1.5h", "-1h", "9999999999h", "1y", "१h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        options.span(text)
