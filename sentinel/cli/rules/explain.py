"""`sentinel rules explain`: why a rule fired on an event, or why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config, open_journal
from sentinel.cli.rules._where import Among, PipelineFiles, PlaceholdersFile, picked

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.cli.rules._events import Events
    from sentinel.journal.database import Journal
    from sentinel.rules.author.pick import Picked
    from sentinel.views.why import Why

_MOST_ALERTS = 10


def add_to(group: typer.Typer) -> None:
    @group.command(epilog=example(
        "sentinel rules explain rules/llm/secret_in_output.yml event.json", "sentinel rules explain secret_in_output 9b1f6d0c2a7e4f13-0-1f4a",
        "tail -n 500 app.jsonl | sentinel rules explain -r rules/ 'Many refusals' -", "sentinel rules explain --incident INC-K7QZMAXWEB"))
    def explain(
        rule: Annotated[str, typer.Argument(metavar="RULE", show_default=False, help="Its id, name or title, or its file.")] = "",
        event: Annotated[str, typer.Argument(metavar="EVENT", show_default=False, help=(
            "A file of JSON events, `-` for standard input, an event's id in the journal, or JSON as it is typed."))] = "",
        path: Among = None,
        config: ConfigFile = None,
        form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="How the file is read: json, or a format such as litellm.")] = "json",
        incident: Annotated[str, typer.Option("--incident", metavar="ID", show_default=False, help="Explain the alerts of this incident instead.")] = "",
        json: Json = False, pipeline: PipelineFiles = None, placeholders: PlaceholdersFile = None,
    ) -> None:
        """Say why a rule fired, or why not. The condition as a tree with what matched where; of a rule that did not fire, what the
        event would need; of a correlation, what its window holds, what fell out of it and what is missing. Of many events that one
        is shown which matches, or comes nearest.
        """
        from sentinel.views import terminal, why

        if bool(incident) == bool(rule) or bool(event) == bool(incident):
            raise typer.BadParameter("name a RULE and an EVENT, or an --incident")
        with ExitStack() as stack:
            found = _incident(incident, path, config, stack) if incident else _explained(
                partial(picked, rule, path, config, pipeline, placeholders), event, config, form, stack)
            for place, one in enumerate(found):
                if json:
                    terminal.put_json(why.plain(one))
                    continue
                if place:
                    terminal.say()
                why.put(one)


def _explained(pick: Callable[..., Picked], word: str, config: Path | None, form: str, stack: ExitStack) -> Iterator[Why]:
    from sentinel.cli.rules import _events
    from sentinel.errors import SentinelError
    from sentinel.journal import events
    from sentinel.views import why

    stored_one = not _events.is_file(word) and events.ID.fullmatch(word) is not None
    # JSON of any origin has the names that the rules have.
    chosen = pick(taxonomies=stored_one or form != "json")
    if stored_one:
        journal = stack.enter_context(open_journal(config))
        stored = events.get(journal, word)
        if stored is None:
            raise SentinelError(f"no event {word} in the journal; `sentinel events list --json` shows which there are")
        yield from (why.of_stored(one, chosen.rules, journal, *stored) for one in chosen.own)
        return
    given = _about(chosen, word, form, stack)
    # Standard input is read once, whatever number of rules a file has.
    asked = given.events if len(chosen.own) == 1 else list(given.events)
    yield from (why.of_given(one, chosen.rules, asked, everywhere=given.everywhere) for one in chosen.own)


def _about(chosen: Picked, word: str, form: str, stack: ExitStack) -> Events:
    """The events of a file, of standard input, or as typed; with what detectors find if the rules ask for it."""
    from sentinel.cli.lines import lines_of
    from sentinel.cli.rules import _events

    typed = word.lstrip().startswith(("{", "[")) and not _events.is_file(word)
    if not typed and not _events.is_there(word):
        raise _events.nowhere(word)
    if form != "json":
        from sentinel.cli.enrich import Bench
        from sentinel.cli.rules.eval import format_named

        return _events.formatted(format_named(form), stack.enter_context(lines_of(word)), Bench().fresh())
    given = _events.typed(word) if typed else _events.read(stack.enter_context(lines_of(word)), word)
    return _events.enriched(given, _detectors()) if _asks_findings(chosen) else given


def _asks_findings(chosen: Picked) -> bool:
    from sentinel.records.event import FINDINGS
    from sentinel.rules.rule import Detection
    from sentinel.rules.tree import fields

    return any(name.startswith(FINDINGS) for rule in chosen.rules if isinstance(rule, Detection) for name in fields(rule.tree))


def _detectors() -> Any:
    from sentinel.cli.enrich import Bench

    return Bench().fresh()


def _incident(word: str, path: list[Path] | None, config: Path | None, stack: ExitStack) -> Iterator[Why]:
    """The newest alert of each rule, the gravest first."""
    from sentinel.cli.incidents import one_incident
    from sentinel.cli.rules._where import loaded_from
    from sentinel.journal import alerts
    from sentinel.records.alert import LEVELS
    from sentinel.views import why

    journal: Journal = stack.enter_context(open_journal(config))
    newest = {alert.rule: alert for alert in alerts.of_incident(journal, one_incident(journal, word).id)}
    loaded = loaded_from(path, find_config(config) if path is None else config)
    for alert in sorted(newest.values(), key=lambda one: (-LEVELS.index(one.level), -one.at))[:_MOST_ALERTS]:
        yield why.of_alert(alert, loaded.rules, journal)
