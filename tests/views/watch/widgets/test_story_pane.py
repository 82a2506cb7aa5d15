from __future__ import annotations

from rich.console import Console

from sentinel.views.story import Told
from sentinel.views.watch.widgets.story_pane import told_as
from tests import make


def test_titles_stand_in_the_margin_and_text_wraps_beside_them() -> None:
    console = Console(width=50, color_system=None)
    with console.capture() as capture:
        console.print(told_as(Told(make.incident(), [(make.run(), [make.step(changed=True)])], ()), make.NOW))
    lines = capture.get().splitlines()
    assert lines[0].split("  ")[0] == "HIGH" and all(len(line) <= 50 for line in lines)
    assert [line[:4] for line in lines if line[:4].strip()][1:] == ["what", "who ", "sure", "done", "next", "text"]
