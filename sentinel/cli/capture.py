"""`sentinel capture`: the callback that a gateway loads to write its calls down, put where the gateway finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sentinel.cli.options import example

_NEXT = """\
Then, in the proxy's config.yaml:
    litellm_settings:
      callbacks: ["sentinel.capture.litellm.log"]
and in sentinel's, once the proxy runs again:
    sources:
      - name: litellm
        format: litellm
        paths: [/var/log/litellm/litellm.jsonl]"""


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    app.add_typer(group, name="capture", help="What a gateway loads to write its calls down.")

    @group.callback()
    def _() -> None:
        """Keeps `install` a word of its own while it is the only one."""

    @group.command(epilog=example("sentinel capture install /etc/litellm"))
    def install(
        folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the LiteLLM proxy's config.yaml is.")],
    ) -> None:
        """Copy the LiteLLM callback beside the proxy's config. For a proxy that does not share sentinel's Python: it needs
        nothing of sentinel's. Again after an upgrade: a copy beside the config goes before an installed package.
        """
        from sentinel.views import terminal

        terminal.say(f"{_copied(folder)} is written.")
        for line in _NEXT.splitlines():
            terminal.say(line)


def _copied(folder: Path) -> Path:
    """Raises: ConfigError when it is no folder or cannot be written."""
    from importlib import resources

    from sentinel.errors import ConfigError, Mistake

    copy = folder / "sentinel" / "capture" / "litellm.py"
    if not folder.is_dir():
        raise ConfigError(Mistake(str(folder), 0, "", "no such folder", "name the one of the proxy's config.yaml"))
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        new = copy.with_suffix(".new")
        new.write_bytes((resources.files("sentinel.capture") / "litellm.py").read_bytes())
        new.replace(copy)
    except OSError as error:
        raise ConfigError(Mistake(str(copy), 0, "", f"cannot be written: {error.strerror}",
                                  "run as who may write there")) from None
    return copy
