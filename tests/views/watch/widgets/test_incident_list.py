from __future__ import annotations

import pytest

from sentinel.clock import SECOND
from sentinel.records.alert import LEVELS
from sentinel.records.incident import STATES
from sentinel.views.watch.widgets.incident_list import row
from tests import make


@pytest.mark.parametrize("width", [30, 50, 78, 200])
@pytest.mark.parametrize("level", LEVELS)
def test_a_row_fits_and_keeps_its_columns(width: int, level: str) -> None:
    line = row(make.incident(severity=level, title="日本語の長い題名" * 20), make.NOW + 90 * SECOND, width, cursor=False)
    line.truncate(width, overflow="ellipsis", pad=True)
    assert line.cell_len == width
    assert line.plain[7:13] == " 1 min"


def test_every_state_takes_the_same_room() -> None:
    starts = {row(make.incident(state=state, title="X"), make.NOW, 60, cursor=False).plain.index("X") for state in STATES}
    assert len(starts) == 1


def test_the_cursor_shows_without_colour_and_who_where_there_is_room() -> None:
    assert row(make.incident(), make.NOW, 80, cursor=True).plain.startswith("> HIGH")
    assert "agent-prod" in row(make.incident(), make.NOW, 80, cursor=False).plain
    assert "agent-prod" not in row(make.incident(), make.NOW, 50, cursor=False).plain
