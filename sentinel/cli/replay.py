"""`sentinel replay`: past logs through today's rules, no effects."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config

if TYPE_CHECKING:
    from sentinel.replay.run import Progress
    from sentinel.replay.summary import Summary

_MOST = 20


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel replay /var/log/litellm/", "sentinel replay access.log* --format nginx --json",
                                "sentinel replay yesterday.jsonl --speed 10x --keep /tmp/replay"))
    def replay(
        path: Annotated[list[Path], typer.Argument(metavar="PATH", help="Logs, or folders of logs; rotated and compressed ones too.")],
        config: ConfigFile = None,
        form: Annotated[str, typer.Option("--format", metavar="FORMAT", show_default=False, help=(
            "How they are read: a source of the config, or a format. Without it by the source that reads a log of this path or "
            "name, else as `auto` finds."))] = "",
        speed: Annotated[str, typer.Option("--speed", metavar="SPEED", help="max, or how many times as fast as it was written: 10x.")] = "max",
        keep: Annotated[Optional[Path], typer.Option(  # noqa: UP045 - typer reads it at run time
            "--keep", metavar="DIR", show_default=False, help="Keep the scratch journal here, to look into: "
            "`sentinel incidents list -c DIR/sentinel.yaml`.")] = None,
        json: Json = False,
    ) -> None:
        """Run past logs through today's config, rules and playbooks. Say what would have been found and done; nothing is
        done, asked or sent. Exit 1 when a log could not be read; what is found in it is no fault.
        """
        from sentinel.clock import SystemClock
        from sentinel.replay.run import replay as run
        from sentinel.views import terminal

        times = _speed(speed)
        with _scratch(keep) as folder, _bar(path, quiet=json) as progress:
            summary = run(find_config(config), path, folder, SystemClock(), form=form, speed=times, progress=progress)
        if json:
            terminal.put_json(_document(summary))
        else:
            _tell(summary)
            if keep is not None:
                terminal.say()
                terminal.say(f"kept: sentinel incidents list -c {keep}/sentinel.yaml")
        raise typer.Exit(130 if summary.interrupted else summary.exit_code)


def _speed(text: str) -> float:
    if text == "max":
        return 0
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        speed = 0
    if not 0 < speed < 1e6:
        raise typer.BadParameter(f"{text!r} is no speed; write max, or 10x", param_hint="--speed")
    return speed


@contextmanager
def _scratch(keep: Path | None) -> Iterator[Path]:
    """An empty folder for the journal. Raises: typer.BadParameter: the one to keep is not empty."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="sentinel-replay-") as name:
            yield Path(name)
        return
    keep.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(keep.iterdir()):
        raise typer.BadParameter(f"{keep} is not empty", param_hint="--keep")
    # All that commands which only read want to know.
    (keep / "sentinel.yaml").write_text("journal: journal.db\n")
    yield keep


@contextmanager
def _bar(paths: list[Path], *, quiet: bool) -> Iterator[Progress]:
    """A progress bar, on a terminal."""
    from sentinel.clock import iso

    if quiet or not sys.stderr.isatty():
        yield lambda done, at: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    total = sum(file.stat().st_size for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())
    columns = (TextColumn("replay {task.fields[at]}"), BarColumn(None), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, at="")

        def progress(done: int, at: int) -> None:
            # What is compressed on the disk is longer when it is read.
            bar.update(task, completed=done, total=max(total, done), at=iso(at)[:19].replace("T", " "))

        yield progress


def _document(summary: Summary) -> dict[str, Any]:
    import msgspec

    made: dict[str, Any] = msgspec.to_builtins(summary)
    return made


def _tell(summary: Summary) -> None:
    from sentinel.config.span import in_words
    from sentinel.views import terminal

    span = f", {terminal.exact(summary.first_at)} to {terminal.exact(summary.last_at)}" if summary.events else ""
    terminal.say(f"{summary.events:,} events{span}", "bold")
    rate = summary.lines / summary.seconds if summary.seconds else 0
    reads = ", ".join(f"{name} as {form}" if name != form else name for name, form in summary.by_format.items())
    terminal.say(f"{summary.lines:,} lines in {summary.files} file(s), {terminal.size(summary.bytes)}, in {summary.seconds:.1f} s "
                 f"({rate:,.0f} lines/s): {reads}")
    if summary.interrupted:
        terminal.say("interrupted: what follows is of the part that was read", "yellow")
    for name, why in summary.unread.items():
        terminal.say(f"{name}: {why}", "red")
    if summary.unreadable:
        terminal.say(f"{summary.unreadable:,} could not be read:", "yellow")
        for reason, count in summary.reasons:
            terminal.say(f"  {count:,}  {reason}")
    for name, why in summary.skipped.items():
        terminal.say(f"left out, {name}: {why}", "dim")
    terminal.say()
    if not summary.incidents:
        terminal.say(f"No incident: none of {summary.rules} rule(s) fired." if summary.rules else
                     "No incident: the config names no rules.")
        return
    right = terminal.Column("ALERTS", right=True)
    terminal.put_table(["LEVEL", right, "RULE"], [(terminal.severity(one.level), f"{one.alerts:,}", one.title) for one in summary.fired])
    terminal.say()
    acted = _contained(summary)
    below = [terminal.Column(name, below=True) for name in ("INCIDENT", "LASTED", "ID")]
    terminal.put_table(["SEVERITY", right, "FROM", "CONTAINED", "WHO", *below], [
        (terminal.severity(i.severity), f"{i.alerts:,}", terminal.exact(i.first_at), acted.get(i.id, "no"), str(i.principal), i.title,
         in_words(i.last_at - i.first_at), i.id) for i in summary.incidents[:_MOST]])
    if len(summary.incidents) > _MOST:
        terminal.say(f"and {len(summary.incidents) - _MOST} more; --json has them all")
    terminal.say()
    _tell_playbooks(summary)


def _contained(summary: Summary) -> dict[str, str]:
    """When each incident's principal would have been contained, in event time since its first alert."""
    from sentinel.config.span import in_words

    found: dict[str, str] = {}
    for would in summary.would:
        for step in would.steps:
            if step.contains and step.state in ("would do", "in act mode"):
                found.setdefault(would.incident, f"after {in_words(would.after)}" + ", in act mode" * (step.state == "in act mode"))
    return found


def _tell_playbooks(summary: Summary) -> None:
    from sentinel.views import terminal

    groups: dict[tuple[str, str, str], list[str]] = {}
    for would in summary.would:
        for step in would.steps:
            groups.setdefault((would.playbook, step.uses, step.state), []).append(step.what)
    if not groups:
        terminal.say("No playbook would have answered.")
        return
    terminal.put_table(["PLAYBOOK", "ACTION", terminal.Column("TIMES", right=True), "OUTCOME", terminal.Column("FOR EXAMPLE", below=True)], [
        (playbook, uses, f"{len(what):,}", state, what[0][:200]) for (playbook, uses, state), what in sorted(groups.items())])
