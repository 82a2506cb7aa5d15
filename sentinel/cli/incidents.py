"""`sentinel incidents`: what a person is told about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example, open_journal, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.journal.database import Journal
    from sentinel.records.incident import Incident
    from sentinel.records.run import Step

_ON_SCREEN = 50


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="incidents", help="What was found, to whom it happened, what was done.")

    @group.command("list", epilog=example("sentinel incidents list --since 24h", "sentinel incidents list --json"))
    def list_(
        config: ConfigFile = None,
        since: Annotated[str, typer.Option(metavar="SPAN", show_default=False, help="Only those with an alert in the last 90s, 15m, 24h, 7d.")] = "",
        limit: Annotated[Optional[int], typer.Option(  # noqa: UP045 - typer reads it at run time
            min=0, show_default=False, help=f"At most this many, 0 for all. Default: {_ON_SCREEN}, with --json all.")] = None,
        json: Json = False,
    ) -> None:
        """List incidents, the newest alert first."""
        from sentinel.clock import SystemClock

        now = SystemClock().now()
        most = limit if limit is not None else (0 if json else _ON_SCREEN)
        with open_journal(config) as journal:
            put_list(journal, now, since=now - span(since) if since else 0, most=most, json=json)

    @group.command(epilog=example("sentinel incidents show INC-K7QZMAXWEB", "sentinel incidents show k7q"))
    def show(
        incident: Annotated[str, typer.Argument(metavar="ID", help="Its id, or the beginning of it.")],
        config: ConfigFile = None,
        json: Json = False,
    ) -> None:
        """Tell the story of one incident. What happened, to whom, how sure, what was done, what to do next."""
        from sentinel.clock import SystemClock
        from sentinel.views import story, terminal

        with open_journal(config) as journal:
            told = story.read(journal, one_incident(journal, incident))
        if json:
            terminal.put_json({**_document(told.incident, told.steps), "timeline": [story.plain(e) for e in told.timeline],
                               "recent_alerts": [story.plain(a) for a in told.alerts]})
            return
        terminal.say(story.headline(told.incident))
        terminal.say(told.incident.id, "dim")
        for block in story.blocks(told, SystemClock().now()):
            terminal.say()
            terminal.say(block.title, "bold")
            for line in block.lines:
                terminal.say_under(line, 2)


def put_list(journal: Journal, now: int, *, since: int = 0, most: int = 0, json: bool = False) -> None:
    """Print the incidents, as `incidents list` and `watch` without a terminal do."""
    from sentinel.journal import incidents, runs
    from sentinel.views import story, terminal

    found = incidents.listed(journal, since=since, limit=most + 1 if most else -1)
    steps: dict[str, list[Step]] = {i.id: [s for _, of_run in runs.of_incident(journal, i.id) for s in of_run] for i in found}
    if json:
        for incident in found[:most or None]:
            terminal.put_json(_document(incident, steps[incident.id]))
        return
    if not found:
        terminal.say("No incidents" + (" in that time." if since else " yet. `sentinel status` says whether logs are read; "
                                       "`sentinel rules list` what is looked for."))
        return
    terminal.put_table(
        ["SEVERITY", "ID", "AGE", "STATE", terminal.Column("ALERTS", right=True), terminal.Column("WHEN (UTC)", below=True),
         terminal.Column("TITLE", below=True), terminal.Column("WHO", below=True), terminal.Column("DONE", below=True)],
        [(terminal.severity(i.severity), i.id, terminal.age(i.last_at, now), terminal.state(i.state), f"{i.alerts:,}",
          terminal.exact(i.last_at), i.title, str(i.principal), story.summary(steps[i.id])) for i in found[:most or None]])
    if most and len(found) > most:
        terminal.say()
        terminal.say(f"These are the newest {most}; all of them: sentinel incidents list --limit 0", "dim")
    terminal.say()
    terminal.say("The story of one: sentinel incidents show ID", "dim")


def one_incident(journal: Journal, prefix: str) -> Incident:
    """Raises: SentinelError when none or several begin so."""
    from sentinel.errors import SentinelError
    from sentinel.journal import incidents

    found = incidents.matching(journal, prefix)
    exact = [i for i in found if i.id in (prefix.upper(), f"INC-{prefix.upper()}")]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise SentinelError(f"there is no incident {prefix!r}; `sentinel incidents list` shows which there are")
    raise SentinelError(f"{prefix!r} may be {', '.join(i.id for i in found)}; write more of it")


def _document(incident: Incident, steps: Sequence[Step]) -> dict[str, Any]:
    from sentinel.views.story import plain

    return {**plain(incident), "steps": [plain(step) for step in steps]}
