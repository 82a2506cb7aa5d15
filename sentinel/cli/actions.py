"""`sentinel actions`: what was done to whom, and how to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sentinel.cli.options import ConfigFile, Json, example, open_journal

if TYPE_CHECKING:
    from sentinel.journal.database import Journal
    from sentinel.records.run import Step


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="actions", help="What was done about incidents, and its undoing.")

    @group.command("list", epilog=example("sentinel actions list", "sentinel actions list --state failed --json"))
    def list_(
        config: ConfigFile = None,
        state: Annotated[str, typer.Option(show_default=False, help="Only steps in this state: done, failed, waiting, planned, ...")] = "",
        limit: Annotated[int, typer.Option(min=1, help="At most this many, the newest.")] = 1000,
        json: Json = False,
    ) -> None:
        """List the steps of playbooks, the newest first: state, since when, which action, at whom it is aimed."""
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
            ["STATE", "ID", "INCIDENT", "AGE", "SINCE (UTC)", "ACTION", terminal.Column("AIMED AT", below=True), terminal.Column("ERROR", below=True)],
            [(terminal.state(s.state), s.id, s.incident, terminal.age(story.since(s), now),
              terminal.exact(story.since(s)), s.uses,
              story.aim(s), s.error) for s in steps])
        if any(map(story.can_undo, steps)):
            terminal.say()
            terminal.say("Take one back: sentinel actions undo ID", "dim")


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
