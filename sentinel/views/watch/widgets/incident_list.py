"""The incidents, one a line. Only the lines in sight are drawn, so ten thousand cost what twenty do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sentinel.records.incident import Incident
from sentinel.views.terminal import SEVERITY_STYLES, age, safe, state

_SHORT = {"critical": "CRIT", "high": "HIGH", "medium": "MED ", "low": "LOW ", "informational": "INFO"}
_ROOM_FOR_WHO = 64


class IncidentList(ScrollView, can_focus=True):
    """A list with a cursor that stays on its incident when the order changes.

    Until the reader moves it, and again after Home, the cursor is on whatever is most urgent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False), Binding("down,j", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False), Binding("pagedown", "move(10)", show=False),
        Binding("home", "first", show=False), Binding("end", "last", show=False),
    ]

    class Chosen(Message):
        """The cursor stands on another incident."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._incidents: Sequence[Incident] = ()
        self._older = 0
        self._now = 0
        self._index = 0
        self._follow = True

    @property
    def chosen(self) -> str:
        """Id of the incident under the cursor; empty when there is none."""
        return self._incidents[self._index].id if self._incidents else ""

    def show(self, incidents: Sequence[Incident], older: int, now: int) -> None:
        """Show these. older: how many more there are that are not shown."""
        before = self.chosen
        self._incidents, self._older, self._now = incidents, older, now
        self._index = 0 if self._follow else self._place(before)
        # Without the scroll bar's column: what stands under it is not seen.
        size = Size(self.scrollable_content_region.width, len(incidents) + bool(older))
        if size != self.virtual_size:
            self.virtual_size = size
            self.refresh(layout=True)
        if self.chosen != before:
            self._arrived()
        self.refresh()

    def action_move(self, by: int) -> None:
        self._go(self._index + by)

    def action_first(self) -> None:
        self._go(0)
        self._follow = True

    def action_last(self) -> None:
        self._go(len(self._incidents) - 1)

    def on_click(self, event: Click) -> None:
        self._go(event.y + self.scroll_offset.y)

    def on_resize(self, event: Resize) -> None:
        self._arrived(tell=False)

    def render_line(self, y: int) -> Strip:
        at, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if at < len(self._incidents):
            line = row(self._incidents[at], self._now, width, cursor=at == self._index)
        elif not self._incidents and y == 0:
            line = safe("No incidents. The bar below says whether logs are read.", "dim")
        elif at == len(self._incidents) and self._older:
            line = safe(f"{self._older:,} older ones: sentinel incidents list --limit 0", "dim")
        else:
            return Strip.blank(width, self.rich_style)
        line.truncate(width, overflow="ellipsis", pad=True)
        return Strip(line.render(self.app.console, end=""), width).apply_style(self.rich_style)

    def _place(self, incident: str) -> int:
        return next((n for n, i in enumerate(self._incidents) if i.id == incident), min(self._index, max(0, len(self._incidents) - 1)))

    def _go(self, index: int) -> None:
        self._follow = False
        index = max(0, min(index, len(self._incidents) - 1))
        if index != self._index:
            self._index = index
            self._arrived()

    def _arrived(self, tell: bool = True) -> None:
        self.scroll_to_region(Region(0, self._index, 1, 1), animate=False)
        self.refresh()
        if tell:
            self.post_message(self.Chosen())


def row(incident: Incident, now: int, width: int, *, cursor: bool) -> Text:
    """One incident in `width` columns. The mark in front says where the cursor is without colour, too."""
    style = SEVERITY_STYLES.get(incident.severity, "")
    line = Text.assemble(
        ("> " if cursor else "  "), (_SHORT.get(incident.severity, "?   "), style), " ",
        safe(f"{age(incident.last_at, now).removesuffix(' ago'):>6} "))
    status = state(incident.state)
    status.truncate(9, pad=True)
    line.append_text(status).append("  ")
    who = safe(f"  {incident.principal.label or incident.principal.id}" if width >= _ROOM_FOR_WHO else "", "dim", 20)
    title = safe(incident.title)
    title.truncate(max(10, width - line.cell_len - who.cell_len), overflow="ellipsis", pad=True)
    line.append_text(title).append_text(who)
    if cursor:
        line.stylize("bold")
    return line
