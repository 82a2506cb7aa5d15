"""Two lines at the bottom: whether sentinel itself is well, and the keys or the first thing that is wrong."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from sentinel.views.terminal import safe, size
from sentinel.views.vitals import Vitals

KEYS = "arrows choose  enter story  tab pane  ? help  q quit"


class VitalsBar(Static):
    """Rates, lag, queues, and the daemon's state."""

    def show(self, vitals: Vitals | None, problem: str) -> None:
        self.update(Text("\n").join(bar(vitals, problem)))


def bar(vitals: Vitals | None, problem: str) -> list[Text]:
    """The two lines. vitals: None before the first look."""
    numbers = _numbers(vitals) if vitals else safe("waiting for the journal", "bold yellow")
    wrong = problem or (vitals.problems[0] if vitals and vitals.problems else "")
    # In front: the line is cut at the screen's edge.
    many = f"1 of {len(vitals.problems)}, see `sentinel status`: " if vitals and len(vitals.problems) > 1 and not problem else ""
    return [numbers, safe(f"! {many}{wrong}", "bold red") if wrong else safe(KEYS, "dim")]


def _numbers(vitals: Vitals) -> Text:
    behind = sum(lag.bytes for lag in vitals.sources.values())
    seconds = max((lag.seconds for lag in vitals.sources.values()), default=0.0)
    parts = [Text("WELL", "bold green") if vitals.well else Text("NOT WELL", "bold red"),
             safe(f"{vitals.daemon} {vitals.mode}".strip()), safe(f"{vitals.events_per_second:,.0f} ev/s"),
             safe(f"lag {size(behind)} {seconds:.1f} s"), safe(f"queue {vitals.open_steps}")]
    if vitals.steps.get("failed"):
        parts.append(safe(f"failed {vitals.steps['failed']}", "bold red"))
    if vitals.behind is not None:
        parts.append(safe(f"to ship {vitals.behind:,}"))
    if vitals.deadletters:
        parts.append(safe(f"dead {vitals.deadletters:,}", "yellow"))
    return Text("  ").join(parts)
