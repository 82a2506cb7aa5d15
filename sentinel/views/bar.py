"""How far a long reading has come: a bar on standard error, on a terminal alone, gone when it is over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Advance = Callable[[int], None]
Thing = TypeVar("Thing")


@contextmanager
def bar(doing: str, total: int, *, unit: str = "") -> Iterator[Advance]:
    """Gives a function to be called with how much is done.

    Args:
        total: how much there is. unit: what is counted; empty: bytes.
    """
    if not sys.stderr.isatty() or not total:
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    many = (MofNCompleteColumn(), TextColumn(unit)) if unit else (DownloadColumn(),)
    # What is printed meanwhile appears above the bar, if it goes to a terminal, and is left alone if it goes elsewhere.
    with Progress(TextColumn(doing), BarColumn(None), *many, TimeRemainingColumn(), console=Console(stderr=True), transient=True,
                  redirect_stdout=sys.stdout.isatty()) as shown:
        task = shown.add_task("", total=total)
        yield lambda done: shown.update(task, completed=min(done, total))


def each(things: Sequence[Thing], doing: str, unit: str) -> Iterator[Thing]:
    """`things`, one after the other, with a bar while they last."""
    with bar(doing, len(things), unit=unit) as advance:
        for done, thing in enumerate(things, 1):
            yield thing
            advance(done)
