"""`sentinel formats`: how lines are read, and what one becomes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel.cli.lines import lines_of
from sentinel.cli.options import ConfigFile, Json, example

if TYPE_CHECKING:
    from sentinel.formats import Format

Named = Annotated[str, typer.Argument(metavar="FORMAT", help="Its name, or the path of its YAML file.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="formats", help="How log lines are read.")

    @group.command("list", epilog=example("sentinel formats list"))
    def list_(config: ConfigFile = None, json: Json = False) -> None:
        """List the formats: shipped ones, and with -c the config's own.."""
        from sentinel.views import terminal

        known = _known(config)
        if json:
            for form in known.values():
                terminal.put_json(_document(form))
            return
        terminal.put_table(
            ["NAME", "CATEGORY", terminal.Column("FIELDS", right=True), terminal.Column("READS", below=True, wraps=True)],
            [(f.name, f.category, len(f.fields), f.about) for f in known.values()])

    @group.command(epilog=example("sentinel formats show litellm"))
    def show(name: Named, config: ConfigFile = None, json: Json = False) -> None:
        """Show the event fields that a format can fill. Each with its type, from where in a record it comes, and whether
        the client behind the log can forge it.
        """
        from sentinel.formats._mapping.fields import FIELDS
        from sentinel.views import terminal

        form = _one(name, config)
        if json:
            terminal.put_json(_document(form))
            return
        terminal.say(f"{form.name}: {form.about}")
        kept = "; every other value under its own name" if form.keeps_rest else ""
        joins = f"; parts of one event wait {form.join_seconds:g} s for each other" if form.joins else ""
        terminal.say(f"category {form.category}{kept}{joins}")
        terminal.say()
        origins = form.origins()
        rows = [(field, FIELDS[field].type if field in FIELDS else "text", "by the client" if field in form.forgeable else "",
                 ", ".join(origins.get(field, ["the code says"]))) for field in ("@timestamp", *sorted(form.fields)) if field in (origins or form.fields)]
        terminal.put_table(["FIELD", "TYPE", "FORGEABLE", terminal.Column("FROM", below=True, wraps=True)], rows)

    @group.command("try", epilog=example("sentinel formats try litellm litellm.jsonl", "tail -n 1 access.log | sentinel formats try nginx -",
                                         "sentinel formats try auto unknown.log"))
    def try_(
        name: Annotated[str, typer.Argument(metavar="FORMAT", help="Its name, the path of its YAML file, or auto: the one that fits best.")],
        file: Annotated[str, typer.Argument(metavar="FILE", help="The log, `-` for standard input.")],
        config: ConfigFile = None,
        json: Json = False,
    ) -> None:
        """Show what each record of a file becomes, field by field. Unredacted, with what of it no field took. `*` marks what the
        client behind the log can forge. Exit 1 when a record cannot be read.
        """
        from sentinel.cli.trial import tell, trials
        from sentinel.views import terminal

        unread = 0
        with lines_of(file) as lines:
            form, why, lines = _chosen(name, lines, file, config)
            if why and not json:
                terminal.say(f"auto: {form.name}, which {why}", "bold")
            for trial in trials(form, lines):
                unread += bool(trial.reason)
                if json:
                    for row in trial.rows():
                        terminal.put_json(row)
                else:
                    tell(trial, form)
        raise typer.Exit(1 if unread else 0)


def _chosen(name: str, lines: Iterator[bytes], file: str, config: ConfigFile) -> tuple[Format, str, Iterator[bytes]]:
    """The format, why it was chosen (of auto), and the lines with those that were looked at. Raises: typer.BadParameter."""
    from sentinel.clock import SystemClock
    from sentinel.formats._lines import AUTO, choose
    from sentinel.formats._lines.choice import MOST_LINES

    if name != AUTO:
        return _one(name, config), "", lines
    known, first = _known(config), list(islice(lines, MOST_LINES))
    choice = choose([line.rstrip(b"\r\n") for line in first], known, SystemClock(), file)
    if choice is None:
        raise typer.BadParameter(f"no format reads half of the first {len(first)} lines; name one of {', '.join(known)}")
    return known[choice.name], choice.why, chain(first, lines)


def _known(config: ConfigFile) -> dict[str, Format]:
    """Raises: ConfigError."""
    from sentinel import formats
    from sentinel.config import model

    return formats.load(model.load(config).formats if config else ())


def _one(name: str, config: ConfigFile) -> Format:
    from sentinel import formats
    from sentinel.errors import ConfigError, Mistake

    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise ConfigError(Mistake(name, 0, "", "no such file", "check the path"))
        own = path.resolve().parent
        known = formats.load([] if own == formats.SHIPPED else [own])
        return known[path.stem]
    known = _known(config)
    if name not in known:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return known[name]


def _document(form: Format) -> dict[str, Any]:
    return {"name": form.name, "category": form.category, "about": form.about, "fields": sorted(form.fields),
            "forgeable": sorted(form.forgeable), "origins": form.origins(), "keeps_rest": form.keeps_rest, "joins": form.joins}
