"""`sentinel rules list`: which rules work."""

from __future__ import annotations

import typer

from sentinel.cli.options import ConfigFile, Json, example
from sentinel.cli.rules._where import PipelineFiles, PlaceholdersFile, Where, leave_if_broken, loaded_from


def add_to(group: typer.Typer) -> None:
    @group.command("list", epilog=example("sentinel rules list", "sentinel rules list rules/llm --json"))
    def list_(path: Where = None, config: ConfigFile = None, json: Json = False, pipeline: PipelineFiles = None,
              placeholders: PlaceholdersFile = None) -> None:
        """List the rules that work, the gravest first."""
        import msgspec

        from sentinel.records.alert import LEVELS
        from sentinel.views import terminal

        loaded = loaded_from(path, config, pipeline, placeholders)
        infos = sorted((rule.info for rule in loaded.rules), key=lambda i: (-LEVELS.index(i.level), i.story, i.title))
        if json:
            for info in infos:
                terminal.put_json(msgspec.to_builtins(info))
        elif infos:
            terminal.put_table(
                ["LEVEL", "STORY", "KIND", "TITLE", terminal.Column("ID", below=True), terminal.Column("TAGS", below=True)],
                [(terminal.severity(i.level), i.story, i.kind, i.title, i.id, ", ".join(i.tags)) for i in infos])
        leave_if_broken(loaded)
