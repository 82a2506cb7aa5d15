"""`sentinel status`: well or not, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.clock import Clock
    from sentinel.views.vitals import Vitals

_LOOK_AGAIN_SECONDS = 0.2


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel status", "sentinel status --wait 60 && sentinel incidents list"))
    def status(
        config: ConfigFile = None,
        wait: Annotated[Optional[float], typer.Option(  # noqa: UP045 - typer reads it at run time
            min=0, metavar="SECONDS", show_default=False,
            help="Until everything is read and every queue is empty; exit 1 when it is not after SECONDS.")] = None,
        json: Json = False,
    ) -> None:
        """Say whether sentinel is well: daemon, lag by source, queues. Exit 0 when it is, 1 when not."""
        from sentinel.clock import SystemClock
        from sentinel.views import terminal

        clock = SystemClock()
        path = find_config(config)
        vitals = _look(path, clock.now()) if wait is None else wait_until_drained(path, wait, clock)
        if json:
            terminal.put_json(vitals.document())
        else:
            _tell(vitals, clock.now())
        good = vitals.well if wait is None else vitals.drained
        raise typer.Exit(0 if good else 1)


def wait_until_drained(config: Path, seconds: float, clock: Clock) -> Vitals:
    """The first look at which all is done, or the last one before the time is up; then `drained` is false.

    Raises: SentinelError when there is still no journal by then.
    """
    from dataclasses import replace

    from sentinel.errors import JournalError

    start, end = clock.now(), clock.monotonic() + seconds
    while True:
        late = clock.monotonic() >= end
        try:
            vitals = _look(config, clock.now())
        except JournalError:
            # The daemon may be about to make it.
            if late:
                raise
        else:
            # A line that was written just before we were called must not be missed: only a look at the files that
            # the daemon began after that counts.
            fresh = vitals.daemon in ("running", "draining") and vitals.caught_up_at >= start
            if fresh and vitals.drained:
                return vitals
            if late:
                return vitals if fresh else replace(vitals, caught_up=False)
        clock.sleep(_LOOK_AGAIN_SECONDS)


def _look(config: Path, now: int) -> Vitals:
    from sentinel.cli.options import open_journal
    from sentinel.config import paths
    from sentinel.views import vitals

    with open_journal(config) as journal:
        return vitals.read(journal, now, ships=paths.has(config, "elasticsearch"))


def _tell(vitals: Vitals, now: int) -> None:
    from sentinel.views import terminal

    terminal.say("well" if vitals.well else "NOT WELL", "bold green" if vitals.well else "bold red")
    for problem in vitals.problems:
        terminal.say_under(terminal.safe(problem, "red"), 2)
    for note in vitals.notes:
        terminal.say_under(terminal.safe(note, "yellow"), 2)
    terminal.say()
    seen = f", {terminal.when(vitals.seen_at, now)}" if vitals.seen_at else ""
    terminal.say(f"daemon     {vitals.daemon}{seen}" + (f", mode {vitals.mode}" if vitals.mode else ""))
    terminal.say(f"reading    {vitals.events_per_second:,.0f} events/s, {'caught up' if vitals.caught_up else 'not caught up'}")
    steps = ", ".join(f"{count:,} {name}" for name, count in sorted(vitals.steps.items())) or "none"
    terminal.say(f"incidents  {vitals.incidents:,}")
    terminal.say(f"steps      {steps}")
    if vitals.behind is not None:
        terminal.say(f"elastic    {vitals.behind:,} documents still to ship")
    terminal.say(f"letters    {vitals.deadletters:,} dead, {vitals.gaps:,} gaps")
    if vitals.sources:
        terminal.say()
        right = [terminal.Column(name, right=True) for name in ("FILES", "LINES", "BEHIND", "SECONDS", "DEAD LETTERS")]
        terminal.put_table(["SOURCE", *right], [
            (name, lag.files, f"{lag.lines:,}", terminal.size(lag.bytes), f"{lag.seconds:.1f}", f"{lag.deadletters:,}")
            for name, lag in sorted(vitals.sources.items())])
