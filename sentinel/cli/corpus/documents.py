"""`sentinel corpus add | list | find | remove`: the documents themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sentinel.cli.corpus._where import library_of
from sentinel.cli.options import ConfigFile, Json, example

if TYPE_CHECKING:
    from sentinel.corpus.build import Builder
    from sentinel.corpus.library import Library

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the corpus is called.", show_default=False)]
# A killed `add` loses no more than half of its work, and what is written meanwhile is no more than twice the whole.
_FIRST_COMMIT = 50_000


def add_to(group: typer.Typer) -> None:
    for command in (add, list_, find, remove):
        group.command(command.__name__.rstrip("_"), epilog=_EXAMPLES[command])(command)


def add(
    name: Name,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Text files, folders of them, or .jsonl with {\"id\", \"text\"} a line.")],
    config: ConfigFile = None,
    json: Json = False,
) -> None:
    """Add documents to a corpus. The daemon compares answers with it from the next second on. Only keyed hashes are kept.
    A document that is there already is left as it is, so the same command goes on where it was interrupted. Exit 1 when
    something could not be read.
    """
    from sentinel.corpus import library
    from sentinel.corpus.build import Builder
    from sentinel.corpus.file import Corpus
    from sentinel.views import terminal

    where = library_of(config)
    path, wrong = library.path_of(where.folder, name), _Wrong()
    with library.alone(where.folder), Builder(where.folder, where.key) as builder:
        if path.exists():
            builder.take(Corpus(path, where.key))
        before = len(builder)
        known = _read(builder, paths, wrong, lambda: builder.commit(path, lambda fd: library.give_to_owner(fd, where.folder)))
    added = len(builder) - before
    if json:
        terminal.put_json({"corpus": name, "added": added, "known": known, "left_out": wrong.count, "documents": len(builder)})
    else:
        terminal.say(f"{name}: {added:,} document(s) added, {known:,} known already, {wrong.count:,} left out; "
                     f"{len(builder):,} in all, {terminal.size(path.stat().st_size if path.exists() else 0)}")
    raise typer.Exit(1 if wrong.count else 0)


class _Wrong:
    count = 0

    def __call__(self, problem: str) -> None:
        from sentinel.text import printable

        self.count += 1
        print(printable(problem), file=sys.stderr)


def _read(builder: Builder, paths: list[Path], wrong: _Wrong, commit: Callable[[], None]) -> int:
    """Add all there is; commit in between and at the end. Returns: how many documents were known."""
    from sentinel.corpus.documents import documents, size
    from sentinel.views.bar import bar

    begun, known, done, due = len(builder), 0, 0, max(_FIRST_COMMIT, len(builder))
    with bar("Adding", size(paths)) as shown:
        for document in documents(paths, wrong):
            known += not builder.add(document.name, document.text)
            done += document.size
            shown.advance(done)
            if len(builder) - begun >= due:
                commit()
                due *= 2
    if len(builder) > begun:
        commit()
    return known


def list_(config: ConfigFile = None, json: Json = False) -> None:
    """List the corpora. Exit 1 when one is damaged."""
    from sentinel.clock import SystemClock
    from sentinel.corpus import library
    from sentinel.corpus.file import Corpus
    from sentinel.errors import SentinelError
    from sentinel.views import terminal

    where, rows, problems = library_of(config), [], 0
    for name in library.names(where.folder):
        path = library.path_of(where.folder, name)
        try:
            corpus = Corpus(path, where.key)
        except SentinelError as error:
            problems += 1
            print(error, file=sys.stderr)
            continue
        about = path.stat()
        rows.append((name, len(corpus), corpus.header.words, about.st_size, about.st_mtime_ns))
    if json:
        for row in rows:
            terminal.put_json(dict(zip(("corpus", "documents", "tokens", "bytes", "changed_at"), row, strict=True)))
    elif rows:
        now = SystemClock().now()
        terminal.put_table(
            ["NAME", *(terminal.Column(title, right=True) for title in ("DOCUMENTS", "WORDS", "SIZE")), "CHANGED"],
            [(name, f"{count:,}", f"{words:,}", terminal.size(size), terminal.age(at, now)) for name, count, words, size, at in rows])
    elif not problems:
        terminal.say("No corpus: add documents by `sentinel corpus add NAME PATH...`.")
    raise typer.Exit(1 if problems else 0)


def find(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The text; `-` or nothing for standard input.", show_default=False)] = "-",
    config: ConfigFile = None,
    json: Json = False,
) -> None:
    """Show what a text copies. Documents with the longest common run of words, and canary strings."""
    from sentinel.corpus.fingerprint import GUARANTEED, words
    from sentinel.views import terminal

    where = library_of(config)
    where.refresh()
    said = words(text_in(file))
    found = _overlaps(where, said)
    canaries = where.canaries.found(said)
    if json:
        for one in found:
            terminal.put_json(one)
        for name in canaries:
            terminal.put_json({"canary": name})
        return
    if found:
        terminal.put_table(
            [terminal.Column("WORDS", right=True), terminal.Column("SHARE", right=True), "CORPUS", "DOCUMENT"],
            [(f"{one['tokens']:,}", f"{one['share']:.0%}", one["corpus"], one["document"]) for one in found])
    for name in canaries:
        terminal.say(f"canary {name}")
    if not found and not canaries:
        terminal.say(f"Nothing: no run of {GUARANTEED} words or more stands in a document, and no canary in the text.")


def _overlaps(where: Library, said: list[bytes]) -> list[dict[str, str | int | float]]:
    prints = where.printer.of_words(said)
    found = sorted((one for corpus in where.corpora for one in corpus.overlaps(prints)), key=lambda one: -one.tokens)
    return [{"document": one.document, "corpus": one.corpus, "tokens": one.tokens, "share": round(one.covered / len(said), 3)}
            for one in found]


def text_in(file: str) -> str:
    from sentinel.cli.lines import lines_of

    with lines_of(file) as lines:
        return b"".join(lines).decode("utf-8", "replace")


def remove(name: Name, config: ConfigFile = None) -> None:
    """Remove a corpus; answers are no longer compared with it."""
    from sentinel.corpus import library
    from sentinel.errors import SentinelError
    from sentinel.views import terminal

    folder = library_of(config).folder
    with library.alone(folder):
        path = library.path_of(folder, name)
        if not path.exists():
            known = ", ".join(library.names(folder)) or "none"
            raise SentinelError(f"there is no corpus {name}; there are: {known}")
        path.unlink()
    terminal.say(f"{name} is removed.")


_EXAMPLES = {
    add: example("sentinel corpus add handbooks /srv/handbooks", "sentinel corpus add articles articles.jsonl"),
    list_: example("sentinel corpus list"),
    find: example("sentinel corpus find answer.txt"),
    remove: example("sentinel corpus remove articles"),
}
