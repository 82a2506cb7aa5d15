"""`sentinel formats`: how lines are read, and what one becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel.cli.options import ConfigFile, Json, example, lines_of

if TYPE_CHECKING:
    from sentinel.formats import Format

Named = Annotated[str, typer.Argument(metavar="FORMAT", help="Its name, or the path of its YAML file.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="formats", help="How log lines are read.")

    @group.command("list", epilog=example("sentinel formats list"))
    def list_(config: ConfigFile = None, json: Json = False) -> None:
        """List the formats: the shipped ones and, with -c, those of the config's `formats:` folders."""
        from sentinel.views import terminal

        known = _known(config)
        if json:
            for form in known.values():
                terminal.put_json(_document(form))
            return
        terminal.put_table(
            ["NAME", "CATEGORY", terminal.Column("FIELDS", right=True), terminal.Column("READS", below=True)],
            [(f.name, f.category, len(f.fields), getattr(f, "about", "")) for f in known.values()])

    @group.command(epilog=example("sentinel formats show litellm"))
    def show(name: Named, config: ConfigFile = None, json: Json = False) -> None:
        """Show the event fields that a format can fill, and which of them the client behind the log can forge."""
        from sentinel.views import terminal

        form = _one(name, config)
        if json:
            terminal.put_json(_document(form))
            return
        terminal.say(f"{form.name}: {getattr(form, 'about', '')}")
        terminal.say(f"category {form.category}")
        terminal.say()
        terminal.put_table(["FIELD", ""], [(field, "the client can forge it" if field in form.forgeable else "")
                                           for field in sorted(form.fields)])

    @group.command("try", epilog=example("sentinel formats try litellm litellm.jsonl", "tail -n 1 access.log | sentinel formats try nginx -"))
    def try_(
        name: Named,
        file: Annotated[str, typer.Argument(metavar="FILE", help="The log, `-` for standard input.")],
        config: ConfigFile = None,
        json: Json = False,
    ) -> None:
        """Show what each line of a file becomes, unredacted. Exit 1 when a line cannot be read."""
        from sentinel.clock import SystemClock
        from sentinel.formats._lines import whole
        from sentinel.views import terminal

        form, unread = _one(name, config), 0
        with lines_of(file) as lines:
            for piece in whole(form, lines, SystemClock()):
                number = piece.line.offset
                shown: list[dict[str, Any]] = [{"line": number, "@timestamp": _time(record.at), **record.fields}
                                               for record in piece.records]
                if piece.reason:
                    unread += 1
                    shown = [{"line": number, "error": piece.reason}]
                for one in shown:
                    terminal.put_json(one) if json else _tell(one)
        raise typer.Exit(1 if unread else 0)


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
    return {"name": form.name, "category": form.category, "about": getattr(form, "about", ""), "fields": sorted(form.fields),
            "forgeable": sorted(form.forgeable)}


def _time(at: int) -> str | None:
    from sentinel.clock import iso

    return iso(at) if at else None


def _tell(shown: dict[str, Any]) -> None:
    from sentinel.views import terminal

    if error := shown.get("error"):
        terminal.say(f"line {shown['line']}: cannot be read: {error}", "red")
        return
    terminal.say(f"line {shown.pop('line')}", "bold")
    for line in terminal.table(["", ""], [(f"  {name}", terminal.safe(value, limit=400)) for name, value in shown.items()])[1:]:
        terminal.say(line)
