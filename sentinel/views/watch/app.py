"""`sentinel watch`: the live view. In: the path of a journal. Out: a screen, nothing else; it changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from sentinel.clock import Clock, SystemClock
from sentinel.views.watch.feed import Feed
from sentinel.views.watch.screens.board import Board
from sentinel.views.watch.screens.help import Help


class Watch(App[None]):
    """The application. Colours are the terminal's own sixteen, so that any theme and any terminal can show them."""

    CSS_PATH = "watch.tcss"
    TITLE = "sentinel"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,ctrl+c", "quit", show=False, priority=False), Binding("question_mark", "help", show=False)]

    def __init__(self, journal: Path, clock: Clock | None = None) -> None:
        super().__init__(ansi_color=True)
        self.feed = Feed(journal, clock or SystemClock())

    def on_mount(self) -> None:
        self.push_screen(Board(self.feed))

    def action_help(self) -> None:
        if not isinstance(self.screen, Help):
            self.push_screen(Help())

    def on_unmount(self) -> None:
        self.feed.close()
