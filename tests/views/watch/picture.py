"""The README's picture of the live view, from the sample journal: `python -m tests.views.watch.picture`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

import msgspec

from sentinel.journal import runs
from sentinel.journal.database import Journal
from sentinel.views.watch.app import Watch
from tests import make, sample

PICTURE = Path(__file__).parents[3] / "docs" / "images" / "watch.svg"


async def draw(size: tuple[int, int], *keys: str) -> str:
    """The screen after `keys`, as SVG. Without the web fonts that Textual names: a README must not load anything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        _well(sample.write(path))
        app = Watch(path, make.Clock())
        async with app.run_test(size=size) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            svg = app.export_screenshot(title="sentinel watch")
    # The class prefix is drawn anew with each export; a picture must change only when the screen does.
    return re.sub(r"terminal-\d+", "terminal", re.sub(r"\s*(@font-face \{[^}]*\}|<!--.*?-->)", "", svg))


def _well(journal: Journal) -> None:
    """The night as it would have gone had nothing failed."""
    with journal.write() as db:
        runs.put(db, [], [msgspec.structs.replace(step, state="done", error="", changed=True)
                          for step in runs.listed(journal) if step.state == "failed"])
    journal.close()


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(asyncio.run(draw((120, 32))), "utf-8")
