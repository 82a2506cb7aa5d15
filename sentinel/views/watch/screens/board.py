"""The one screen of the on-call engineer: incidents, the story of the chosen one, the vitals."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from sentinel.clock import SECOND
from sentinel.records.alert import LEVELS
from sentinel.views.terminal import SEVERITY_STYLES, exact, safe
from sentinel.views.watch.feed import Feed
from sentinel.views.watch.widgets.incident_list import IncidentList
from sentinel.views.watch.widgets.story_pane import StoryPane
from sentinel.views.watch.widgets.vitals_bar import VitalsBar

# An untouched story is told again this often, for the ages in it.
_AGES_MOVE = 10 * SECOND


class Board(Screen[None]):
    """Looks at the feed once a second and draws what has changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "whole_story", show=False), Binding("escape", "both", show=False), Binding("r", "look", show=False)]
    # Below this, list and story do not fit side by side.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - typed so by textual

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._feed = feed
        self._told_at = 0

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        with Container(id="body"):
            yield IncidentList(id="incidents")
            yield StoryPane(id="story")
        yield VitalsBar(id="vitals")

    def on_mount(self) -> None:
        self.query_one(IncidentList).focus()
        self.action_look()
        self.set_interval(1.0, self.action_look)

    def action_look(self) -> None:
        feed, now = self._feed, self._feed.clock.now()
        touched = feed.look()
        incidents = self.query_one(IncidentList)
        incidents.show(feed.incidents, feed.total - len(feed.incidents), now)
        self.query_one("#top", Static).update(_top(feed, now))
        self.query_one(VitalsBar).show(feed.vitals, feed.problem)
        if incidents.chosen in touched or now - self._told_at >= _AGES_MOVE:
            self._tell()

    def on_incident_list_chosen(self) -> None:
        self._tell()

    def action_whole_story(self) -> None:
        """The story over the whole screen: at 80x24 half of it is too little."""
        self.add_class("-story")
        self.query_one(StoryPane).focus()

    def action_both(self) -> None:
        self.remove_class("-story")
        self.query_one(IncidentList).focus()

    def _tell(self) -> None:
        self._told_at = self._feed.clock.now()
        self.query_one(StoryPane).tell(self._feed.told(self.query_one(IncidentList).chosen), self._told_at)


def _top(feed: Feed, now: int) -> Text:
    line = Text.assemble(("sentinel", "bold"), f"  {feed.total:,} incidents")
    for level in reversed(LEVELS):
        count = sum(1 for i in feed.incidents if i.severity == level and i.state in ("open", "acknowledged", "contained"))
        if count:
            line.append("  ").append_text(safe(f"{count} {level}", SEVERITY_STYLES[level]))
    line.append("  ").append_text(safe(exact(now), "dim"))
    line.no_wrap = True
    return line
