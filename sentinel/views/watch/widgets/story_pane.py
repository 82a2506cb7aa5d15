"""The story of one incident, titles in the margin."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from sentinel.views import story
from sentinel.views.story import Told

# "To whom" is who in a margin.
_MARGIN = {"What happened": "what", "To whom": "who", "How sure": "sure", "Done already": "done", "Do next": "next",
           "Evidence (redacted)": "text", "Timeline": "when"}


class StoryPane(VerticalScroll, can_focus=True):
    """Scrolls; keeps its place when the same incident is told again."""

    def __init__(self, id: str) -> None:
        super().__init__(Static(id=f"{id}-text"), id=id)
        self._shown = ""

    def tell(self, told: Told | None, now: int) -> None:
        """Show this one; None shows nothing."""
        incident = told.incident.id if told else ""
        if incident != self._shown:
            self._shown = incident
            self.scroll_home(animate=False)
        self.query_one(Static).update(told_as(told, now) if told else "")


def told_as(told: Told, now: int) -> RenderableType:
    """The story as a renderable that wraps to whatever width it is given."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=4, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for block in story.blocks(told, now, compact=True):
        grid.add_row(Text(_MARGIN.get(block.title, block.title), "bold"), Text("\n").join(block.lines))
    heading = Text.assemble(story.headline(told.incident), "  ", (told.incident.id, "dim"))
    return Group(heading, grid)
