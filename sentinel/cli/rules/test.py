"""`sentinel rules test`: the cases beside rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from sentinel.cli.options import ConfigFile, Json, example
from sentinel.cli.rules._where import Where, of_config

if TYPE_CHECKING:
    pass


def add_to(group: typer.Typer) -> None:
    @group.command(epilog=example("sentinel rules test rules/", "sentinel rules test rules/llm/pii_in_output.yml"))
    def test(path: Where = None, config: ConfigFile = None, json: Json = False) -> None:
        """Run the cases beside rules: what must fire and what must not. Exit 1 when one does not hold."""
        import msgspec

        from sentinel.cli.enrich import Bench
        from sentinel.rules.author import cases
        from sentinel.views import terminal

        results = cases.run(path or of_config(config), Bench().fresh)
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
