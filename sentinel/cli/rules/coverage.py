"""`sentinel rules coverage`: which risks and techniques rules look for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sentinel.cli.options import ConfigFile, Json, example
from sentinel.cli.rules._where import PipelineFiles, PlaceholdersFile, Where, leave_if_broken, loaded_from

if TYPE_CHECKING:
    from rich.text import Text

    from sentinel.rules.author.coverage import Row
    from sentinel.rules.author.frameworks import Framework


class Which(StrEnum):
    owasp = "owasp"
    atlas = "atlas"
    attack = "attack"


def add_to(group: typer.Typer) -> None:
    @group.command(epilog=example(
        "sentinel rules coverage rules/", "sentinel rules coverage --framework owasp --titles",
        "sentinel rules coverage --framework atlas --navigator atlas-layer.json rules/"))
    def coverage(
        path: Where = None, config: ConfigFile = None, json: Json = False, pipeline: PipelineFiles = None,
        placeholders: PlaceholdersFile = None,
        framework: Annotated[Optional[Which], typer.Option(  # noqa: UP045 - typer reads it at run time
            "--framework", show_default=False, help="Only this one.")] = None,
        titles: Annotated[bool, typer.Option("--titles", help="Name the rules too.")] = False,
        gaps: Annotated[bool, typer.Option("--gaps", help="List the techniques of ATLAS that no rule looks for, too.")] = False,
        navigator: Annotated[Optional[Path], typer.Option(  # noqa: UP045
            "--navigator", metavar="FILE", show_default=False,
            help="Write a layer for the Navigator of --framework (atlas, attack; without it atlas): a technique's score is how "
                 "many rules look for it.")] = None,
    ) -> None:
        """Show which risks and techniques rules look for, and which not. OWASP LLM Top 10, MITRE ATLAS and ATT&CK, by
        the tags of the rules. Exit 1 when a mistake keeps a rule out.
        """
        import msgspec

        from sentinel.rules.author import frameworks
        from sentinel.rules.author.coverage import rows
        from sentinel.views import terminal

        loaded = loaded_from(path, config, pipeline, placeholders)
        infos = [rule.info for rule in loaded.rules]
        found = {name: rows(name, frameworks.framework(name), infos) for name in ([framework.value] if framework else frameworks.NAMES)}
        if navigator:
            _write_layer(navigator, framework.value if framework else "atlas", found)
        elif json:
            # Of the hundreds of techniques of ATT&CK, most have nothing to do with what sentinel reads.
            for row in (row for name in found for row in found[name] if name != "attack" or row.rules):
                terminal.put_json(msgspec.to_builtins(row))
        else:
            for name in found:
                _put(frameworks.framework(name), found[name], titles, gaps and name == "atlas")
        leave_if_broken(loaded)


def _write_layer(file: Path, name: str, found: dict[str, list[Row]]) -> None:
    import json

    from sentinel.errors import ConfigError, Mistake
    from sentinel.rules.author.coverage import MAPPED, layer
    from sentinel.rules.author.frameworks import framework
    from sentinel.views import terminal

    if name not in MAPPED:
        raise typer.BadParameter(f"there is no Navigator for {name}; take --framework {' or '.join(MAPPED)}")
    made = layer(name, framework(name), found[name])
    try:
        file.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise ConfigError(Mistake(str(file), 0, "", error.strerror or str(error), "write it elsewhere")) from error
    terminal.say(f"{file}: {len(made['techniques'])} technique(s) of {framework(name).name}")


def _put(known: Framework, found: list[Row], titles: bool, gaps: bool) -> None:
    from rich.text import Text

    from sentinel.views import terminal

    covered = sum(bool(row.rules) for row in found)
    what = "techniques have rules" if known.tactics else "have rules"
    # A share of ATT&CK would say nothing: most of it cannot be seen from where sentinel reads.
    share = f"{covered} of {len(found)}" if found[0].framework != "attack" else str(covered)
    terminal.say(Text(f"{known.name} {known.version}", "bold") + Text(f"  {share} {what}"))
    terminal.say("  GRAVEST     RULES  ID             NAME", "dim")
    shown = [row for row in found if row.rules or not known.tactics or (gaps and not row.covered)]
    if not known.tactics:
        _put_rows(shown, titles)
    for tactic in known.tactics:
        if chosen := [row for row in shown if tactic.name in row.tactics]:
            terminal.say(tactic.name, "bold")
            _put_rows(chosen, titles)
    bare = [tactic.name for tactic in known.tactics if not any(tactic.name in row.tactics for row in shown)]
    if bare:
        terminal.say_beside(Text("No rule for "), terminal.safe(", ".join(bare)))
    terminal.say()


def _put_rows(rows: Sequence[Row], titles: bool) -> None:
    from rich.text import Text

    from sentinel.views import terminal

    for row in rows:
        level = terminal.severity(row.rules[0].level) if row.rules else Text("no rule", "dim" if row.hidden else "yellow")
        level.pad_right(13 - level.cell_len)
        count = Text(f"{len(row.rules) or '-':>4}  {row.id:<13}  ")
        terminal.say_beside(Text("  ") + level + count, _told(row))
        for rule in row.rules if titles else ():
            title = terminal.safe(rule.title) + Text("" if rule.tested else "  no cases", "yellow")
            mark = terminal.severity(rule.level)
            mark.pad_right(13 - mark.cell_len)
            terminal.say_beside(Text(" " * 21) + mark + Text("  "), title)


def _told(row: Row) -> Text:
    from rich.text import Text

    untested = sum(not rule.tested for rule in row.rules)
    told = Text(row.name) + Text(f"  {untested} without cases" if untested else "", "yellow")
    return told + Text(f". {row.hidden}" if row.hidden else "", "dim")
