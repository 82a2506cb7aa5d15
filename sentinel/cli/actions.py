"""`sentinel actions`: what was done to whom, and how to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config, open_journal

if TYPE_CHECKING:
    from sentinel.clock import Clock
    from sentinel.journal.database import Journal
    from sentinel.records.run import Step


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="actions", help="What was done about incidents, and its undoing.")

    @group.command("list", epilog=example("sentinel actions list", "sentinel actions list --state failed --json"))
    def list_(
        config: ConfigFile = None,
        state: Annotated[str, typer.Option(metavar="STATE", show_default=False, help="Only steps in this state: done, failed, waiting, planned, ...")] = "",
        limit: Annotated[int, typer.Option(min=1, help="At most this many, the newest.")] = 1000,
        json: Json = False,
    ) -> None:
        """List the steps of playbooks, the newest first. State, since when, which action, at whom it is aimed."""
        from sentinel.clock import SystemClock
        from sentinel.journal import runs
        from sentinel.records.run import STEP_STATES
        from sentinel.views import story, terminal

        if state and state not in STEP_STATES:
            raise typer.BadParameter(f"{state!r} is none of {', '.join(STEP_STATES)}")
        with open_journal(config) as journal:
            steps = [step for step in runs.listed(journal, limit=limit) if state in ("", step.state)]
        if json:
            for step in steps:
                terminal.put_json(story.plain(step))
            return
        if not steps:
            terminal.say(f"No steps in state {state}." if state else
                         "Nothing was done yet: no playbook has answered to an incident. `sentinel playbooks list` shows them.")
            return
        now = SystemClock().now()
        terminal.put_table(
            ["STATE", "ID", "INCIDENT", "AGE", "ACTION", terminal.Column("SINCE (UTC)", below=True),
             terminal.Column("AIMED AT", below=True), terminal.Column("ERROR", below=True)],
            [(terminal.state(s.state), s.id, s.incident, terminal.age(story.since(s), now), s.uses,
              terminal.exact(story.since(s)), story.aim(s), s.error) for s in steps])
        if any(map(story.can_undo, steps)):
            terminal.say()
            terminal.say("Take one back: sentinel actions undo ID", "dim")


    @group.command(epilog=example("sentinel actions undo 7c1f0a52e9b4", "sentinel actions undo 7c1f e24d --wait 60"))
    def undo(
        step: Annotated[list[str], typer.Argument(metavar="ID...", help="Steps to take back, by id or the beginning of it.")],
        config: ConfigFile = None,
        wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for the daemon to do it.")] = 20,
    ) -> None:
        """Take back what steps did: unblock, allow again. One that has not begun is called off. Exit 1 when one is not."""
        from sentinel.clock import SystemClock
        from sentinel.config.model import journal_of
        from sentinel.journal.database import Journal

        clock, journal = SystemClock(), Journal(journal_of(find_config(config)))
        try:
            # All are looked up before any is asked for: a slip in the last id must not leave the first half done.
            asked = _ask(journal, [one(journal, prefix) for prefix in step], clock.now())
            good = [_tell(after) for after in _outcome(journal, asked, wait, clock)]
        finally:
            journal.close()
        raise typer.Exit(0 if all(good) and len(good) == len(step) else 1)


def one(journal: Journal, prefix: str) -> Step:
    """The step whose id begins so. Raises: SentinelError when none or several do."""
    from sentinel.errors import SentinelError
    from sentinel.journal import runs

    found = runs.matching(journal, prefix)
    if not found:
        raise SentinelError(f"there is no step {prefix!r}; `sentinel actions list` shows which there are")
    if len(found) > 1:
        raise SentinelError(f"{prefix!r} may be {', '.join(step.id for step in found)}; write more of it")
    return found[0]


def _ask(journal: Journal, steps: list[Step], now: int) -> list[Step]:
    """Ask for each; one that cannot be undone is said and does not keep the others from it."""
    from sentinel.errors import SentinelError
    from sentinel.playbooks import undo
    from sentinel.views import terminal

    asked = []
    for step in steps:
        try:
            asked.append(undo.request(journal, step.id, _person(), now))
        except SentinelError as error:
            terminal.say(error, "red")
    return asked


def _person() -> str:
    """Who asks. Behind sudo everybody is root."""
    import getpass
    import os

    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _outcome(journal: Journal, asked: list[Step], seconds: float, clock: Clock) -> list[Step]:
    """The steps as they are when none is `undoing` any more, or when the time is up."""
    from sentinel.journal import runs

    end = clock.monotonic() + seconds
    while True:
        steps = [runs.step(journal.read(), step.id) or step for step in asked]
        if all(step.state != "undoing" for step in steps) or clock.monotonic() >= end:
            return steps
        clock.sleep(0.1)


def _tell(step: Step) -> bool:
    from sentinel.views import story, terminal

    name = f"{step.id}  {step.uses}  {story.aim(step)}"
    if step.state in ("undone", "skipped"):
        terminal.say(f"{name}: {'undone' if step.state == 'undone' else 'called off'}")
        return True
    if step.state == "undoing":
        terminal.say(f"{name}: not undone yet; the daemon does it as soon as it runs and the service answers"
                     + (f" ({step.error})" if step.error else ""), "yellow")
    else:
        terminal.say(f"{name}: still in force: {step.error or step.state}", "red")
    return False
