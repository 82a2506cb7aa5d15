"""How far a long reading has come: a bar on standard error, on a terminal alone, gone when it is over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]


@contextmanager
def bar(doing: str, total: int, *, unit: str = "") -> Iterator[Advance]:
    """Gives a function to be called with how much is done.

    Args:
        total: how much there is. unit: what is counted; empty: bytes.
    """
    # Results that scroll by on the same terminal say enough, and would tear the bar apart.
    if not sys.stderr.isatty() or not total:
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    many = (MofNCompleteColumn(), TextColumn(unit)) if unit else (DownloadColumn(),)
    with Progress(TextColumn(doing), BarColumn(None), *many, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=total)
        yield lambda done: shown.update(task, completed=min(done, total))
