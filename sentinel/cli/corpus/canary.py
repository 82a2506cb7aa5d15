"""`sentinel corpus canary make | register | list | remove`: strings that no answer should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sentinel.cli.corpus._where import library_of
from sentinel.cli.options import ConfigFile, Json, example

if TYPE_CHECKING:
    from sentinel.corpus.library import Library

Name = Annotated[str, typer.Argument(metavar="NAME", help="What alerts call it; say where it is planted.", show_default=False)]
Note = Annotated[str, typer.Option("--note", help="More about it, for whoever lists them.", show_default=False)]


def add_to(parent: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    parent.add_typer(group, name="canary", help="Strings that no answer should hold.")
    for command in (make, register, list_, remove):
        group.command(command.__name__.rstrip("_"), epilog=_EXAMPLES[command])(command)


def make(name: Name, config: ConfigFile = None, note: Note = "", json: Json = False) -> None:
    """Draw a canary string, register it and print it. Plant it in a system text, a document or a training set. It is
    printed this once: what is kept is its hash.
    """
    from sentinel.corpus.canary import drawn
    from sentinel.views import terminal

    text = drawn()
    _register(library_of(config), name, text, note)
    if json:
        terminal.put_json({"name": name, "canary": text})
    else:
        terminal.say(text)


def register(
    name: Name,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where it stands; `-` or nothing for standard input.", show_default=False)] = "-",
    config: ConfigFile = None,
    note: Note = "",
) -> None:
    """Register a canary string that is planted already. The whole text of a file. It is not taken as an argument, which would
    stay in the shell's history.
    """
    from sentinel.cli.corpus.documents import text_in
    from sentinel.views import terminal

    _register(library_of(config), name, text_in(file), note)
    terminal.say(f"{name} is registered.")


def _register(where: Library, name: str, text: str, note: str) -> None:
    from sentinel.clock import SystemClock
    from sentinel.corpus import canary, library
    from sentinel.errors import SentinelError

    library.path_of(where.folder, name)
    made = canary.canary(name, text, where.key, note=note, made_at=SystemClock().now())
    with library.alone(where.folder):
        known = canary.read(where.folder)
        if name in {one.name for one in known}:
            raise SentinelError(f"a canary is named {name} already; take another name, or remove it first")
        library.write_canaries(where.folder, [*known, made])


def list_(config: ConfigFile = None, json: Json = False) -> None:
    """List the canaries: names and notes, not the strings."""
    from sentinel.clock import SystemClock
    from sentinel.corpus import canary
    from sentinel.views import terminal

    known = canary.read(library_of(config).folder)
    if json:
        for one in known:
            terminal.put_json({"name": one.name, "note": one.note, "made_at": one.made_at})
    elif known:
        now = SystemClock().now()
        terminal.put_table(["NAME", "MADE", "NOTE"], [(one.name, terminal.age(one.made_at, now), one.note) for one in known])
    else:
        terminal.say("No canaries: `sentinel corpus canary make NAME` draws one.")


def remove(name: Name, config: ConfigFile = None) -> None:
    """Forget a canary; answers that hold it are no longer told of."""
    from sentinel.corpus import canary, library
    from sentinel.errors import SentinelError
    from sentinel.views import terminal

    folder = library_of(config).folder
    with library.alone(folder):
        known = canary.read(folder)
        kept = [one for one in known if one.name != name]
        if len(kept) == len(known):
            raise SentinelError(f"there is no canary {name}; `sentinel corpus canary list` shows which there are")
        library.write_canaries(folder, kept)
    terminal.say(f"{name} is forgotten.")


_EXAMPLES = {
    make: example("sentinel corpus canary make support-bot-system-text", "sentinel corpus canary make board-minutes --note 'in all drafts since May'"),
    register: example("sentinel corpus canary register old-training-set canary.txt"),
    list_: example("sentinel corpus canary list"),
    remove: example("sentinel corpus canary remove board-minutes"),
}
