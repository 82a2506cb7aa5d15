"""`sentinel rules eval`: rules over a file."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sentinel.cli.lines import lines_of
from sentinel.cli.options import ConfigFile, example
from sentinel.cli.rules._where import (
    PipelineFiles,
    PlaceholdersFile,
    check_there,
    loaded_from,
    tell_mistakes,
    tell_none,
    terms,
)
from sentinel.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sentinel.formats import Format
    from sentinel.rules.author.evaluate import Hit
    from sentinel.rules.loaded import Loaded
    from sentinel.rules.rule import Rule

    # Lines, and what is told of those that are left out.
    Matches = Callable[[Iterable[bytes], Callable[[int], None]], Iterator[Hit]]

_MOST_NAMED = 5


def add_to(group: typer.Typer) -> None:
    @group.command("eval", epilog=example(
        "sentinel rules eval -r rules/ events.jsonl", "zstdcat old.zst | sentinel rules eval -r rules/ -",
        "sentinel rules eval -r rules/llm --format litellm --summary /var/log/litellm/log.jsonl.1.gz"))
    def eval_(
        file: Annotated[str, typer.Argument(metavar="FILE", help="The log, `-` for standard input. May be compressed: gzip, zstd, xz, bzip2.")],
        rule: Annotated[list[Path], typer.Option("--rules", "-r", metavar="PATH", help="A file or folder of rules; may be repeated.")],
        form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=(
            "json: any JSON lines, a field is looked up literally, then as a dotted path. Or a format such as litellm or "
            "nginx: lines become events and pass the detectors first."))] = "json",
        summary: Annotated[bool, typer.Option("--summary", help="How often each rule matched, and where first, instead of each match.")] = False,
        config: ConfigFile = None, pipeline: PipelineFiles = None, placeholders: PlaceholdersFile = None,
    ) -> None:
        """Run rules over a file. Out: one JSON object {"line", "rule", "title"} per match, as soon as its line is read. Exit 1
        when a rule is broken; the others run all the same.
        """
        import msgspec

        from sentinel.views import terminal

        loaded, matches = _matching(form, rule, config, pipeline, placeholders)
        tell_mistakes(loaded)
        skipped = _Skipped(file, "are no JSON objects" if form == "json" else f"are no {form}")
        with lines_of(file, "rules eval") as lines:
            hits = matches(lines, skipped.note)
            if summary:
                _summarise(hits, loaded.rules)
            else:
                for hit in hits:
                    terminal.put_json(msgspec.to_builtins(hit))
        skipped.tell()
        raise typer.Exit(1 if loaded.mistakes else 0)


def _matching(form: str, rule: list[Path], config: Path | None, pipeline: list[Path] | None, placeholders: Path | None) -> tuple[Loaded, Matches]:
    """What loading says of the rules, and what finds their matches in lines."""
    if form != "json":
        reading = format_named(form)
        check_there(rule)
        loaded = loaded_from(rule, config, pipeline, placeholders)
        return loaded, partial(_enriched, loaded.rules, reading)
    from sentinel.rules.author import evaluate
    from sentinel.rules.author import ready as prepare

    check_there(rule)
    # JSON of any origin has the names that the rules have. Without terms of their own rules come from the cache, and nothing that
    # reads them is imported.
    given = terms(rule, config, pipeline, placeholders, taxonomies=False) if config or pipeline or placeholders else None
    ready = prepare.ready(rule, given)
    tell_none(ready.loaded, rule)
    return ready.loaded, partial(evaluate.run, ready.ruleset, ready.scan)


def _enriched(rules: Sequence[Rule], form: Format, lines: Iterable[bytes], skipped: Callable[[int], None]) -> Iterator[Hit]:
    from sentinel.cli.enrich import Bench  # the detectors take as long to import as all else

    return Bench(rules).hits(form, lines, skipped)


class _Skipped:
    """Lines that were left out."""

    def __init__(self, file: str, why: str) -> None:
        self._file, self._why, self._count, self._first = file, why, 0, list[int]()

    def note(self, line: int) -> None:
        self._count += 1
        if len(self._first) < _MOST_NAMED:
            self._first.append(line)

    def tell(self) -> None:
        if self._count:
            more = ", …" if self._count > len(self._first) else ""
            print(f"{printable(self._file)}: {self._count:,} line(s) {self._why} and were left out: "
                  f"{', '.join(map(str, self._first))}{more}", file=sys.stderr)


def _summarise(hits: Iterable[Hit], rules: Iterable[Rule]) -> None:
    from sentinel.views import terminal

    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    for hit in hits:
        counts[hit.rule] = counts.get(hit.rule, 0) + 1
        first.setdefault(hit.rule, hit.line)
    infos = {rule.info.id: rule.info for rule in rules}
    if not counts:
        terminal.say(f"none of {len(infos)} rule(s) matched")
        return
    terminal.put_table(
        [terminal.Column("MATCHES", right=True), terminal.Column("FIRST LINE", right=True), "LEVEL", "TITLE", terminal.Column("ID", below=True)],
        [(f"{count:,}", f"{first[id_]:,}", terminal.severity(infos[id_].level), infos[id_].title, id_)
         for id_, count in sorted(counts.items(), key=lambda item: -item[1])])


def format_named(name: str) -> Format:
    from sentinel import formats

    known = formats.load()
    if name not in known:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return known[name]
