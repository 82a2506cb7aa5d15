"""`sentinel rules test`: the cases beside rules, and those that came with published ones."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example
from sentinel.cli.rules._where import PipelineFiles, PlaceholdersFile, Where, of_config, terms
from sentinel.errors import ConfigError, Mistake, SentinelError
from sentinel.text import printable

if TYPE_CHECKING:
    from sentinel.rules.author.cases import Result
    from sentinel.rules.read.load import Terms

_MOST_NAMED = 5


def add_to(group: typer.Typer) -> None:
    @group.command(epilog=example("sentinel rules test rules/", "sentinel rules test --watch -k injection rules/llm",
                                  "sentinel rules test --junit report.xml rules/"))
    def test(
        path: Where = None, config: ConfigFile = None, json: Json = False, pipeline: PipelineFiles = None,
        placeholders: PlaceholdersFile = None,
        only: Annotated[str, typer.Option("-k", metavar="PATTERN", help=(
            "Only cases whose rule file or name holds this, whatever the case, or fits it where it has stars."))] = "",
        watch: Annotated[bool, typer.Option("--watch", help="Go on, and try again what changes, until Ctrl-C.")] = False,
        junit: Annotated[Optional[Path], typer.Option(  # noqa: UP045 - typer reads it at run time
            "--junit", metavar="FILE", show_default=False, help="Write the results as JUnit XML too.")] = None,
        strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when a rule file has no cases.")] = False,
    ) -> None:
        """Run the cases beside rules: what must fire and what must not. Say which part of a condition failed. Exit 1 when one
        does not hold.
        """
        paths = path or of_config(config)
        run = _Run(json, only, junit, strict, terms(path, config, pipeline, placeholders))
        code = run.once(paths)
        if watch:
            code = _watched(run, paths, code)
        raise typer.Exit(code)


class _Run:
    """Runs cases and says what came of them."""

    def __init__(self, json: bool, only: str, junit: Path | None, strict: bool, terms: Terms) -> None:
        from sentinel.cli.enrich import Bench

        self._json, self._only, self._junit, self._strict, self._terms = json, only, junit, strict, terms
        self._enriching = Bench().fresh

    def once(self, paths: Sequence[Path]) -> int:
        """The exit code."""
        from sentinel.rules.author import cases
        from sentinel.views.bar import each

        begun = time.perf_counter()
        untested: list[Path] = []
        # Told once the bar is gone: they would tear each other apart.
        results = list(cases.run(paths, self._enriching, terms=self._terms, only=self._only, untested=untested.append,
                                 reading=lambda files: each(files, "testing", "files")))
        for result in results:
            self._tell(result)
        if not self._json:
            _sum_up(results, untested, time.perf_counter() - begun)
        if not results:
            what = f"no case fits -k {self._only}" if self._only else "no cases there; a rule's cases stand beside it, in RULE.cases.yml"
            print(f"{printable(', '.join(map(str, paths)))}: {printable(what)}", file=sys.stderr)
        if self._junit:
            _write(self._junit, results)
        return 1 if any(one.problem for one in results) or not results or (self._strict and untested) else 0

    def _tell(self, result: Result) -> None:
        from sentinel.views import terminal

        if self._json:
            terminal.put_json({"rule": result.rule, "file": result.file, "line": result.line, "name": result.name,
                               "problem": result.problem, "detail": _detail(result), "seconds": round(result.seconds, 3)})
        elif result.problem:
            place = f"{result.file}:{result.line}" if result.line else result.file
            terminal.say(": ".join(filter(None, (place, result.name, result.problem))), "red")
            for head, line in _lines(result):
                terminal.say_beside(head, line)


def _watched(run: _Run, paths: Sequence[Path], code: int) -> int:
    """The exit code of the last run."""
    from sentinel.cli.rules import _watch
    from sentinel.views import terminal

    terminal.say("Watching; Ctrl-C ends it.", "dim")
    try:
        with _watch.changes(paths) as changes:
            for changed in changes:
                terminal.clear()
                try:
                    code = run.once(_watch.touched(changed, paths) or paths)
                except SentinelError as error:
                    terminal.say(error, "red")
    except KeyboardInterrupt:
        pass
    return code


def _lines(result: Result) -> list[tuple[Any, Any]]:
    """(margin, line) of each condition, with what held, and of each correlation's groups."""
    from rich.text import Text

    from sentinel.views import explained, terminal

    found: list[tuple[Any, Any]] = []
    for told in result.told:
        found.append((Text("    "), terminal.safe(f"{told.title}, on event {told.event}:", "bold")))
        found += [(Text("      ") + margin, line) for margin, line in explained.tree(told.explained)]
    return found + [(Text("    "), terminal.safe(line)) for line in result.windows]


def _detail(result: Result) -> list[str]:
    return [(margin + line).plain for margin, line in _lines(result)]


def _sum_up(results: Sequence[Result], untested: Sequence[Path], seconds: float) -> None:
    from sentinel.views import terminal

    failed = sum(bool(one.problem) for one in results)
    for path in untested[:_MOST_NAMED] if len(untested) <= _MOST_NAMED else ():
        terminal.say(f"{path}: there are no cases; write some that must fire and some that must not", "yellow")
    without = f", {len(untested):,} rule file(s) without cases" if untested else ""
    terminal.say(f"{len(results) - failed:,} case(s) hold, {failed:,} do not{without}, in {seconds:.1f} s", "red" if failed else "green")


def _write(file: Path, results: Sequence[Result]) -> None:
    from sentinel.views import junit

    try:
        file.write_text(junit.report(results, _detail), "utf-8")
    except OSError as error:
        raise ConfigError(Mistake(str(file), 0, "", error.strerror or str(error), "check the path and its permissions")) from error
