from __future__ import annotations

from pathlib import Path

from sentinel.cli import rules
from tests.cli.conftest import Sentinel


def test_every_file_of_the_folder_is_a_command(sentinel: Sentinel) -> None:
    said = sentinel("rules", "--help").out.split("Commands:")[1]
    commands = {line.split()[0] for line in said.splitlines() if line.startswith("  ") and line[2] != " "}
    files = {path.stem for path in Path(rules.__file__).parent.glob("*.py") if not path.name.startswith("_")}
    assert commands == files
