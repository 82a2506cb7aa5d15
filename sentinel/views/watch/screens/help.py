"""What the keys do."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

_TEXT = """\
up down, j k   choose an incident
page up, down  ten at a time
home           back to the most urgent, and stay there
end            the last one
enter          the story over the whole screen
escape         back
tab            between list and story; arrows scroll the story
r              look now (it looks once a second)
?              this page
q              quit

The list: what is not closed first, the gravest first, the newest first.
This view only reads. To take a step back: sentinel actions undo ID"""


class Help(ModalScreen[None]):
    """Any of the keys that open or leave things closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q,enter", "dismiss", show=False)]

    def compose(self) -> ComposeResult:
        yield Static(Text(_TEXT), id="help")
