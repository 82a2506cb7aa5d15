"""`sentinel hunt`: a rule over past events."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config, moment, open_journal
from sentinel.cli.rules._where import Among, PipelineFiles, PlaceholdersFile, picked

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.hunt import Hit, Span
    from sentinel.rules.author.pick import Picked

_MOST_PRINCIPALS, _MOST_COUNTED, _SHOWN = 10, 10_000, 160
# Columns from which a hit is one line.
_WIDE, _WHO = 110, 28


def add_to(app: typer.Typer) -> None:
    @app.command(epilog=example("sentinel hunt secret_in_output --since 24h", "sentinel hunt new-rule.yml --since 7d --json | jq .event",
                                "sentinel hunt extraction.yml --since 2026-11-20 --until 2026-11-24T06:00Z"))
    def hunt(
        rule: Annotated[str, typer.Argument(metavar="RULE", help="Its id, name or title, or a file, which need not be among the config's rules.")],
        config: ConfigFile = None,
        since: Annotated[str, typer.Option(metavar="WHEN", help="Events of the last 90s, 15m, 24h, 7d, or since a time (UTC).")] = "24h",
        until: Annotated[str, typer.Option(metavar="WHEN", show_default=False, help="Events up to a time, or up to so long ago.")] = "",
        path: Among = None,
        json: Json = False, pipeline: PipelineFiles = None, placeholders: PlaceholdersFile = None,
    ) -> None:
        """Run a rule over the events in the journal. By the same matcher as the daemon's; nothing is written, and the daemon may
        run meanwhile. Events are stored redacted: what is a pseudonym now cannot be found by what it was.
        """
        from sentinel.clock import SystemClock
        from sentinel.hunt import Hunt, Span
        from sentinel.journal import events
        from sentinel.views.bar import bar

        now = SystemClock().now()
        span = Span(moment(since, now), moment(until, now) if until else now)
        if span.since > span.until:
            raise typer.BadParameter(f"{until} is before {since}", param_hint="--until")
        chosen = picked(rule, path, config, pipeline, placeholders)
        with open_journal(config) as journal, bar("hunting", events.last_seq(journal), unit="events") as shown:
            found = Hunt(chosen.own, chosen.rules, journal, span, _forgeable(find_config(config)))
            named = _options({"-c": [config], "-r": path, "-p": pipeline, "--placeholders": [placeholders]})
            summary = _Summary(("sentinel", "rules", "explain", *named, rule))
            if not json:
                with shown.aside():
                    _preface(chosen, span)
            for hit in found.hits(shown.advance):
                with shown.aside():
                    if json:
                        _put(hit)
                    else:
                        _row(hit, now, first=not summary.hits)
                summary.add(hit)
        if not json:
            summary.tell(found.events, now)


def _options(given: Mapping[str, Sequence[Path | None] | None]) -> list[str]:
    """Options as they are typed; those that were not, left out."""
    return [word for option, values in given.items() for value in values or () if value for word in (option, str(value))]


def _forgeable(config: Path) -> dict[str, frozenset[str]]:
    """By source, what its clients can write."""
    from sentinel import formats
    from sentinel.config import model
    from sentinel.errors import ConfigError

    try:
        loaded = model.load(config)
        known = formats.load(loaded.formats)
        return {source.name: formats.of_source(source, known).forgeable for source in loaded.sources}
    except ConfigError:
        return {}  # Past events can be looked at though something in the config is wrong.


def _put(hit: Hit) -> None:
    import sys

    from sentinel.clock import iso
    from sentinel.views import terminal

    event, firing = hit.event, hit.firing
    terminal.put_json({
        "rule": firing.rule.id, "title": firing.rule.title, "@timestamp": iso(event.at), "event": event.id, "source": event.file.source,
        "principal": {"kind": hit.principal.kind, "id": hit.principal.id, "label": hit.principal.label},
        "group": dict(firing.group), "count": firing.count, "matched": dict(firing.matched)})
    sys.stdout.flush()


def _preface(chosen: Picked, span: Span) -> None:
    """What is hunted for, and what cannot be found."""
    from sentinel import hunt
    from sentinel.config.span import in_words
    from sentinel.views import terminal

    for rule in chosen.own:
        terminal.say(rule.info.title or rule.info.id, "bold")
    begin = terminal.exact(span.since)
    terminal.say(f"{begin} to {terminal.exact(span.until)}", "dim")
    notes = []
    if texts := hunt.reads_text(chosen.rules):
        notes.append(f"personal data and secrets in {', '.join(texts)} are stored as pseudonyms; what stood in their place is not found")
    if longest := hunt.longest(chosen.rules):
        notes.append(f"windows (up to {in_words(longest)}) begin empty at {begin}; a count that began before is not seen whole")
    for note in notes:
        terminal.say_beside(terminal.safe("note: ", "yellow"), terminal.safe(note))
    terminal.say()


def _row(hit: Hit, now: int, *, first: bool) -> None:
    """Fixed widths and no look-ahead: the list streams, however long it is."""
    from rich.text import Text

    from sentinel.views import terminal

    if first:
        terminal.say(f"{'AGE':10}  {'WHEN (UTC)':20}  {'WHO':{_WHO}}  MATCHED", "bold")
    event = hit.event
    head = terminal.safe(f"{terminal.age(event.at, now):10}  {terminal.exact(event.at):20}  {_cut(str(hit.principal)):{_WHO}}  ")
    matched = terminal.safe(_matched(hit), limit=_SHOWN)
    wide = terminal.width()
    if not wide or wide >= _WIDE:
        terminal.say_beside(head, matched + Text(f"  {event.id}", "dim"))
        return
    head.rstrip()
    terminal.say(head)
    terminal.say_under(matched + Text(f"  {event.id}", "dim"), 4)


def _cut(who: str) -> str:
    return who if len(who) <= _WHO else who[:_WHO - 1] + "…"


def _matched(hit: Hit) -> str:
    counted = f"{hit.firing.count} counted, " if hit.firing.rule.kind != "detection" else ""
    return counted + ", ".join(f"{name}: {_short(value)}" for name, value in hit.firing.matched)


def _short(value: Any) -> str:
    text = ", ".join(map(str, value[:5])) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


class _Summary:
    """Hits, first and last, and hits per principal; of a bounded number of these. Args: explain: what, with an event, says why."""

    def __init__(self, explain: Sequence[str]) -> None:
        self._explain = explain
        self.hits, self._first, self._last = 0, 0, 0
        self._newest = ""
        self._by: dict[str, list[int]] = {}
        self._others = 0

    def add(self, hit: Hit) -> None:
        at = hit.event.at
        self._first, self._last = (min(self._first, at), max(self._last, at)) if self.hits else (at, at)
        self.hits += 1
        if at == self._last:
            self._newest = hit.event.id
        who = str(hit.principal)
        if who not in self._by and len(self._by) >= _MOST_COUNTED:
            self._others += 1
            return
        one = self._by.setdefault(who, [0, at, at])
        one[0], one[1], one[2] = one[0] + 1, min(one[1], at), max(one[2], at)

    def tell(self, seen: int, now: int) -> None:
        from sentinel.views import terminal

        if not self.hits:
            terminal.say(f"no hit in {seen:,} event(s)")
            return
        terminal.say()
        terminal.say(f"{self.hits:,} hit(s) in {seen:,} event(s)", "bold")
        terminal.say(f"first {terminal.when(self._first, now)}")
        terminal.say(f"last  {terminal.when(self._last, now)}")
        most = sorted(self._by.items(), key=lambda item: -item[1][0])
        terminal.put_table([terminal.Column("HITS", right=True), "WHO", "FIRST", "LAST"], [
            (f"{count:,}", _cut(who), terminal.exact(first), terminal.exact(last)) for who, (count, first, last) in most[:_MOST_PRINCIPALS]])
        if more := max(0, len(most) - _MOST_PRINCIPALS) or self._others:
            terminal.say(f"and {more:,} more", "dim")
        terminal.say()
        terminal.say(f"Why the last of them: {shlex.join([*self._explain, self._newest])}", "dim")
