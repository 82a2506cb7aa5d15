"""`sentinel rules`: what is looked for, and whether it works."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example, find_config, lines_of
from sentinel.text import printable

if TYPE_CHECKING:
    from sentinel.formats import Format
    from sentinel.rules.load import Loaded

Where = Annotated[Optional[list[Path]], typer.Argument(  # noqa: UP045 - typer reads it at run time
    metavar="PATH", show_default=False, help="Files or folders of rules. Without any: those of the config.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="rules", help="What is looked for.")

    @group.command("list", epilog=example("sentinel rules list", "sentinel rules list rules/llm --json"))
    def list_(path: Where = None, config: ConfigFile = None, json: Json = False) -> None:
        """List the rules that work, the gravest first."""
        import msgspec

        from sentinel.records.alert import LEVELS
        from sentinel.views import terminal

        loaded = _load(path, config)
        infos = sorted((rule.info for rule in loaded.rules), key=lambda i: (-LEVELS.index(i.level), i.story, i.title))
        if json:
            for info in infos:
                terminal.put_json(msgspec.to_builtins(info))
        elif infos:
            terminal.put_table(
                ["LEVEL", "STORY", "KIND", "TITLE", terminal.Column("ID", below=True), terminal.Column("TAGS", below=True)],
                [(terminal.severity(i.level), i.story, i.kind, i.title, i.id, ", ".join(i.tags)) for i in infos])
        else:
            terminal.say("No rules. Name a PATH, or write `rules:` into the config.")
        if loaded.mistakes:
            print(f"{len(loaded.mistakes)} mistake(s) keep rules out; `sentinel rules check` shows them", file=sys.stderr)
            raise typer.Exit(1)

    @group.command(epilog=example("sentinel rules check rules/", "sentinel rules check -c sentinel.yaml"))
    def check(path: Where = None, config: ConfigFile = None) -> None:
        """Name every mistake in rules, by file, line and key. Say what to do about it. Exit 1 when there is one."""
        from sentinel.cli.fields import known_fields
        from sentinel.rules import lint
        from sentinel.views import terminal

        loaded = _load(path, config)
        warnings = lint.warnings(loaded, known_fields())
        for mistake in loaded.mistakes:
            terminal.say(mistake)
        for warning in warnings:
            terminal.say(f"{warning} (warning)")
        terminal.say(f"{len(loaded.rules)} rule(s) work, {len(loaded.mistakes)} mistake(s), {len(warnings)} warning(s)")
        raise typer.Exit(1 if loaded.mistakes else 0)

    @group.command(epilog=example("sentinel rules test rules/", "sentinel rules test rules/llm/pii_in_output.yml"))
    def test(path: Where = None, config: ConfigFile = None, json: Json = False) -> None:
        """Run the cases beside rules: what must fire and what must not. Exit 1 when one does not hold."""
        import msgspec

        from sentinel.cli.enrich import Bench
        from sentinel.rules import cases
        from sentinel.views import terminal

        results = cases.run(path or _of_config(config), Bench().fresh)
        failed = [result for result in results if result.problem]
        for result in results if json else failed:
            if json:
                terminal.put_json(msgspec.to_builtins(result))
                continue
            place = f"{result.file}:{result.line}" if result.line else result.file
            terminal.say(": ".join(filter(None, (place, result.name, result.problem))), "red")
            for line in result.detail:
                terminal.say(f"    {line}")
        if not json:
            terminal.say(f"{len(results) - len(failed)} case(s) hold, {len(failed)} do not", "red" if failed else "green")
        raise typer.Exit(1 if failed or not results else 0)

    @group.command("eval", epilog=example(
        "sentinel rules eval -r rules/ events.jsonl", "sentinel rules eval -r rules/llm --format litellm /var/log/litellm/log.jsonl"))
    def eval_(
        file: Annotated[str, typer.Argument(metavar="FILE", help="The log, `-` for standard input.")],
        rule: Annotated[list[Path], typer.Option("--rules", "-r", metavar="PATH", help="A file or folder of rules; may be repeated.")],
        form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=(
            "json: any JSON lines, a field is looked up literally, then as a dotted path. Or a format such as litellm or "
            "nginx: lines become events and pass the detectors first."))] = "json",
    ) -> None:
        """Run rules over a file. Out: one JSON object {"line", "rule", "title"} per match. Exit 1 when a rule is broken; the
        others run all the same.
        """
        import msgspec

        from sentinel.cli.enrich import Bench
        from sentinel.rules import evaluate, load
        from sentinel.views import terminal

        loaded = load.load(rule)
        for mistake in loaded.mistakes:
            print(printable(str(mistake)), file=sys.stderr)
        with lines_of(file) as lines:
            hits = (evaluate.evaluate(loaded.rules, lines) if form == "json" else Bench(loaded.rules).hits(_format(form), lines))
            for hit in hits:
                terminal.put_json(msgspec.to_builtins(hit))
                sys.stdout.flush()
        raise typer.Exit(1 if loaded.mistakes else 0)


def _load(path: list[Path] | None, config: Path | None) -> Loaded:
    from sentinel.rules import load

    return load.load(path or _of_config(config))


def _of_config(config: Path | None) -> list[Path]:
    """Raises: ConfigError."""
    from sentinel.config import paths

    return paths.listed(find_config(config), "rules")


def _format(name: str) -> Format:
    from sentinel import formats

    known = formats.load()
    if name not in known:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return known[name]
