"""`sentinel rules check`: every mistake in rules, and what works and is probably not meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example
from sentinel.cli.rules._where import PipelineFiles, PlaceholdersFile, Where, loaded_from, of_config

if TYPE_CHECKING:
    from sentinel.rules.author.checks.remark import Around, Remark
    from sentinel.rules.author.checks.validators import Chosen
    from sentinel.rules.loaded import Loaded

_STYLES = {"mistake": "bold red", "warning": "yellow", "note": "dim"}
# One thing that is said of many rules is said of the first of them; a note of none, when there are more.
_MOST_NOTES, _MOST_WARNINGS = 5, 25


def add_to(group: typer.Typer) -> None:
    @group.command(epilog=example("sentinel rules check rules/", "sentinel rules check --strict --json rules/ > remarks.ndjson"))
    def check(
        path: Where = None, config: ConfigFile = None, json: Json = False, pipeline: PipelineFiles = None,
        placeholders: PlaceholdersFile = None,
        strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
        sigmahq: Annotated[bool, typer.Option("--sigmahq", help=(
            "All that SigmaHQ asks of rules that it takes in, down to the case of letters in titles."))] = False,
        validators: Annotated[Optional[Path], typer.Option(  # noqa: UP045 - typer reads it at run time
            "--validators", metavar="FILE", show_default=False,
            help="Which validators run, and which rules they spare: a validation config as sigma-cli reads it.")] = None,
    ) -> None:
        """Name every mistake in rules, and what is probably not meant. Each by file, line and key, with what to do about it. Exit
        1 when there is a mistake.
        """
        from sentinel.views import terminal

        chosen = _chosen(sigmahq, validators)
        loaded = loaded_from(path, config, pipeline, placeholders)
        found = _remarks(path or of_config(config), loaded, chosen)
        if json:
            import msgspec

            for remark in found:
                terminal.put_json(msgspec.to_builtins(remark))
        else:
            _put(found)
            _sum_up(loaded, found)
        raise typer.Exit(1 if any(one.kind == "mistake" or (strict and one.kind == "warning") for one in found) else 0)


def _chosen(sigmahq: bool, config: Path | None) -> Chosen:
    from sentinel.rules.author import checks
    from sentinel.rules.author.checks import validators

    if config:
        return validators.configured(config, checks.NAMES)
    return validators.every() if sigmahq else validators.default()


def _remarks(paths: Sequence[Path], loaded: Loaded, chosen: Chosen) -> list[Remark]:
    from sentinel.rules.author import checks
    from sentinel.rules.author.checks.validators import Validators
    from sentinel.rules.read.files import files
    from sentinel.views.bar import each

    every = each(list(files(paths, [])), "checking", "files")
    return list(checks.check(every, loaded, _around(loaded), Validators(chosen), chosen.spares))


def _around(loaded: Loaded) -> Around:
    from sentinel.cli.fields import known_fields, open_categories
    from sentinel.cli.rules._benign import fired
    from sentinel.rules.author.checks.remark import Around
    from sentinel.rules.rule import only_heard

    benign, events = fired(loaded.rules)
    rules = {rule.info.id: rule for rule in loaded.rules}
    return Around(known_fields(), open_categories(), rules, only_heard(loaded.rules), benign, events)


def _put(found: Iterable[Remark]) -> None:
    """For a person, grouped by file, what is said too often once; for a pipe a line each, that begins `file:line: key:`."""
    from sentinel.views import terminal

    remarks = list(found)
    often = Counter((one.kind, one.check) for one in remarks)
    told: Counter[str] = Counter()
    file = ""
    for one in remarks:
        told[one.check] += 1
        if _left_out(one, often[one.kind, one.check], told[one.check], bool(terminal.width())):
            continue
        if not terminal.width():
            place = f"{one.file}:{one.line}" if one.line else one.file
            terminal.say(f"{place}: {one.said} ({one.kind}: {one.check})")
            continue
        if one.file != file:
            terminal.say(one.file, "bold")
            file = one.file
        _put_line(one)
    for (kind, name), count in often.items():
        shown = 0 if kind == "note" else 3
        if _folded(kind, count, bool(terminal.width())):
            terminal.say(f"{count - shown:,} {'more ' * bool(shown)}{kind}s of {name}; --json shows all", _STYLES[kind])


def _folded(kind: str, count: int, person: bool) -> bool:
    return count > _MOST_NOTES if kind == "note" else person and kind == "warning" and count > _MOST_WARNINGS


def _left_out(one: Remark, count: int, place: int, person: bool) -> bool:
    return _folded(one.kind, count, person) and (one.kind == "note" or place > 3)


def _put_line(one: Remark) -> None:
    from rich.text import Text

    from sentinel.views import terminal

    head = Text(f"  {one.line:>4}  ") + Text(f"{one.kind:<7}  ", _STYLES[one.kind])
    terminal.say_beside(head, terminal.safe(one.said) + Text(f"  {one.check}", "dim"))


def _sum_up(loaded: Loaded, found: Sequence[Remark]) -> None:
    from sentinel.rules.rule import counted
    from sentinel.views import terminal

    kinds = Counter(one.kind for one in found)
    style = "red" if kinds["mistake"] else "yellow" if kinds["warning"] else "green"
    terminal.say(f"{counted(loaded.rules)}, {kinds['mistake']:,} mistake(s), {kinds['warning']:,} warning(s)", style)
