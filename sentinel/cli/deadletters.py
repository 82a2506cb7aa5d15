"""`sentinel deadletters`: lines and documents that could not be taken, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel.cli.options import ConfigFile, Json, example, open_journal

if TYPE_CHECKING:
    from sentinel.records.deadletter import DeadLetter


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="deadletters", help="Lines and documents that could not be taken.")

    @group.command("list", epilog=example("sentinel deadletters list"))
    def list_(
        config: ConfigFile = None,
        limit: Annotated[int, typer.Option(min=1, help="At most this many, the newest.")] = 1000,
        json: Json = False,
    ) -> None:
        """List what could not be taken, the newest first, with reasons."""
        from sentinel.clock import SystemClock
        from sentinel.journal import deadletters
        from sentinel.views import terminal

        with open_journal(config) as journal:
            letters = deadletters.listed(journal, limit=limit)
        if json:
            for letter in letters:
                terminal.put_json(_document(letter))
            return
        if not letters:
            terminal.say("No dead letters: everything that was read could be taken.")
            return
        now = SystemClock().now()
        terminal.put_table(
            [terminal.Column("ID", right=True), "AGE", "WHEN (UTC)", "KIND", "FROM", terminal.Column("WHY", below=True),
             terminal.Column("WHERE", below=True)],
            [(d.id, terminal.age(d.at, now), terminal.exact(d.at), d.kind, d.origin, d.reason, d.place) for d in letters])
        terminal.say()
        terminal.say("More about one: sentinel deadletters show ID", "dim")

    @group.command(epilog=example("sentinel deadletters show 12"))
    def show(
        number: Annotated[int, typer.Argument(metavar="ID", help="Its number, from `deadletters list`.")],
        config: ConfigFile = None,
        json: Json = False,
    ) -> None:
        """Show one of them: reason, place, and the redacted start of it."""
        from sentinel.clock import SystemClock
        from sentinel.errors import SentinelError
        from sentinel.journal import deadletters
        from sentinel.views import terminal

        with open_journal(config) as journal:
            letter = deadletters.one(journal, number)
        if letter is None:
            raise SentinelError(f"there is no dead letter {number}; `sentinel deadletters list` shows which there are")
        if json:
            terminal.put_json(_document(letter))
            return
        for name, value in (("what", f"{letter.kind} of {letter.origin}, {terminal.size(letter.size)}"),
                            ("where", letter.place), ("when", terminal.when(letter.at, SystemClock().now())),
                            ("why", letter.reason), ("begins", letter.preview)):
            terminal.say(f"{name:8}{value}")


def _document(letter: DeadLetter) -> dict[str, Any]:
    from sentinel.views.story import plain

    return plain(letter)
