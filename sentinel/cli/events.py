"""`sentinel events list`: what was read, in order of reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sentinel.cli.options import ConfigFile, Json, example, open_journal, span

if TYPE_CHECKING:
    from sentinel.records.event import Event

# Of the fixed widths in `_line`.
_HEADINGS = f"{'WHEN (UTC)':20}  {'SOURCE':12}  {'WHO':24}  {'STATUS':8}  WHAT, AND WHAT WAS FOUND IN IT"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="events", help="What was read.")

    @group.command("list", epilog=example("sentinel events list --since 24h", "sentinel events list --json | jq .user.id"))
    def list_(
        config: ConfigFile = None,
        since: Annotated[str, typer.Option(metavar="SPAN", show_default=False, help="Only events of the last 90s, 15m, 24h, 7d.")] = "",
        json: Json = False,
    ) -> None:
        """List the events in the journal, redacted, in order of reading."""
        from sentinel.clock import SystemClock
        from sentinel.journal import events
        from sentinel.views import terminal

        first = SystemClock().now() - span(since) if since else events.EARLIEST
        shown = 0
        with open_journal(config) as journal:
            for _, event in events.paged(journal, since=first):
                if json:
                    terminal.put_json(event.document())
                else:
                    if not shown:
                        terminal.say(_HEADINGS, "bold")
                    terminal.say(_line(event))
                shown += 1
        if not shown and not json:
            terminal.say("No events" + (f" in the last {since}." if since else ". `sentinel status` says what is read, and how far."))


def _line(event: Event) -> str:
    from sentinel.records.principal import KINDS
    from sentinel.views import terminal

    fields = event.fields
    who = next((f"{kind} {fields[name]}"[:24] for kind, name in KINDS if name in fields), "-")
    what = fields.get("gen_ai.request.model") or " ".join(
        str(fields[name]) for name in ("http.request.method", "url.path") if name in fields)
    seen = [name.removeprefix("sentinel.") for name in sorted(fields) if name.startswith("sentinel.")
            and not name.startswith(("sentinel.key.", "sentinel.call."))]
    # Fixed widths and no look-ahead: the list streams, however long it is.
    return (f"{terminal.exact(event.at)}  {event.file.source[:12]:12}  {who:24}  "
            f"{fields.get('http.response.status_code', fields.get('event.outcome', '-'))!s:8}  {what!s:.60}  {' '.join(seen)}")
