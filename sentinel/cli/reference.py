"""docs/cli.md, made from the commands themselves: `python -m sentinel.cli.reference > docs/cli.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

_HEAD = """\
# The command line

Made from the code by `python -m sentinel.cli.reference > docs/cli.md`; a test keeps it in step.

Exit codes: 0 fine, 1 found something wrong, 2 usage or config error (`file:line: key: what; what to do`).
Without `-c FILE` the config is `$SENTINEL_CONFIG`, `./sentinel.yaml` or `/etc/sentinel/sentinel.yaml`.
`--json` prints one JSON object a line. Colour only on a terminal, and not with `NO_COLOR`.
Completion for your shell: `sentinel --install-completion`.
"""


def commands() -> list[tuple[str, ...]]:
    """The words of every command, as ("incidents", "show"), in the order of the help."""
    return [words for words, _ in _walk(_root(), ())]


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(words, command) for words, command in _walk(_root(), ()))])


def _root() -> Any:
    from sentinel.cli.app import app

    return typer.main.get_command(app)


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield words, command
        return
    for name, child in children.items():
        yield from _walk(child, (*words, name))


def _section(words: tuple[str, ...], command: Any) -> str:
    parts = [f"## sentinel {' '.join(words)}\n", f"{command.help}\n", f"    {_usage(words, command)}\n"]
    rows = [row for row in map(_row, command.params) if row]
    if rows:
        parts.append("\n".join(["| option | what it does |", "|---|---|", *rows]) + "\n")
    lines = [line.strip() for line in command.epilog.split("\n")[2:]]
    parts.append("\n".join(["```console", *(f"$ {line}" for line in lines), "```"]))
    return "\n".join(parts) + "\n"


def _usage(words: tuple[str, ...], command: Any) -> str:
    pieces = [f"[{p.metavar}]" if not p.required else str(p.metavar) for p in command.params if p.param_type_name == "argument"]
    return " ".join(["sentinel", *words, *(["[OPTIONS]"] if len(pieces) < len(command.params) else []), *pieces])


def _row(param: Any) -> str:
    if param.param_type_name == "argument":
        return f"| `{param.metavar}` | {param.help or ''} |"
    # A flag has no value; a choice is shown by what can be chosen.
    value = param.metavar or ("" if param.is_flag else " or ".join(getattr(param.type, "choices", ())) or "NUMBER")
    names = ", ".join(f"`{name}`" for name in param.opts)
    default = f" Default: {param.default}." if param.show_default and param.default not in (None, False, "") else ""
    return f"| {names}{f' `{value}`' if value else ''} | {param.help or ''}{default} |"


if __name__ == "__main__":
    print(page(), end="")
