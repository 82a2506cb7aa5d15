"""How far a long reading has come: a bar on standard error, on a terminal alone, gone when it is over."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

Thing = TypeVar("Thing")


class Bar:
    """What is not shown where there is no terminal, and can be called all the same."""

    def advance(self, done: int) -> None:
        """So much is done."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Room for what is printed meanwhile."""
        yield


class _Shown(Bar):
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._task = progress, total, progress.add_task("", total=total)

    def advance(self, done: int) -> None:
        self._progress.update(self._task, completed=min(done, self._total))

    @contextmanager
    def aside(self) -> Iterator[None]:
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()


@contextmanager
def bar(doing: str, total: int, *, unit: str = "") -> Iterator[Bar]:
    """A bar for as long as the block lasts.

    Args:
        total: how much there is. unit: what is counted; empty: bytes.
    """
    if not sys.stderr.isatty() or not total:
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    many = (MofNCompleteColumn(), TextColumn(unit)) if unit else (DownloadColumn(),)
    # Results go where they were sent, and not to this bar's console.
    with Progress(TextColumn(doing), BarColumn(None), *many, TimeRemainingColumn(), console=Console(stderr=True), transient=True,
                  redirect_stdout=False) as progress:
        yield _Shown(progress, total)


def each(things: Sequence[Thing], doing: str, unit: str) -> Iterator[Thing]:
    """`things`, one after the other, with a bar while they last."""
    with bar(doing, len(things), unit=unit) as shown:
        for done, thing in enumerate(things, 1):
            yield thing
            shown.advance(done)
