"""The board over a feed: what it draws again, and when. What its reader sees is in test_app.py."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sentinel.journal import incidents
from sentinel.views.watch.app import Watch
from sentinel.views.watch.feed import Feed
from sentinel.views.watch.screens.board import _top
from sentinel.views.watch.widgets.story_pane import StoryPane
from tests import make, sample


def test_the_top_line_counts_what_is_not_closed_gravest_first(tmp_path: Path) -> None:
    journal = sample.write(tmp_path / "j.db")
    with journal.write() as db:
        incidents.put(db, [make.incident(id=f"INC-{state}", severity="critical", state=state)
                           for state in ("acknowledged", "contained", "resolved", "false_positive")])
    feed = Feed(journal.path, make.Clock())
    feed.look()
    line = _top(feed, make.NOW).plain
    assert line.startswith("sentinel  8 incidents  3 critical  ") and line.endswith("  2026-11-24 22:00:00Z")
    assert line.index("critical") < line.index("high")
    feed.close()
    journal.close()


@pytest.mark.parametrize(("seconds", "change", "told"), [(9, False, 0), (10, False, 1), (0, True, 1)])
def test_a_story_is_told_again_when_it_changed_or_its_ages_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int,
                                                                 change: bool, told: int) -> None:
    journal, clock = sample.write(tmp_path / "j.db"), make.Clock()
    tellings: list[int] = []

    async def go() -> None:
        app = Watch(journal.path, clock)
        async with app.run_test() as pilot:
            await pilot.pause()
            # The board's own once-a-second look finds nothing new between these lines: the clock stands still.
            monkeypatch.setattr(StoryPane, "tell", lambda pane, story, now: tellings.append(now))
            clock.sleep(seconds)
            if change:
                with journal.write() as db:
                    incidents.put(db, [make.incident(id=sample.LEAK, severity="critical", version=9)])
            await pilot.press("r")

    asyncio.run(go())
    journal.close()
    assert len(tellings) == told
