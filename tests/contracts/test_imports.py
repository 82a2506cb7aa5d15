"""The way of the data as the import contract has it (pyproject.toml), and that the contract can fail."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_a_row_imports_the_rows_below_it_and_nothing_beside_it() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_top_level_name_has_its_row() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    placed = {name.strip(" ()") for row in contract["layers"] for name in row.split("|")}
    there = {p.stem for p in (ROOT / "sentinel").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()} - {"__init__"}
    assert there <= placed


def test_the_contract_breaks_when_it_should(tmp_path: Path) -> None:
    """A copy in which a stage looks at the stage beside it, another speaks SQL, and correlations look at single events."""
    import shutil

    shutil.copytree(ROOT / "sentinel", tmp_path / "sentinel", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "sentinel" / "incidents" / "risk.py").open("a") as module:
        module.write("\nimport sentinel.sources\n")
    with (tmp_path / "sentinel" / "elastic" / "schema.py").open("a") as module:
        module.write("\nimport sqlite3\n")
    with (tmp_path / "sentinel" / "rules" / "correlate" / "temporal.py").open("a") as module:
        module.write("\nimport sentinel.rules.match.flat\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "sentinel.incidents is not allowed to import sentinel.sources" in done.stdout
    assert "sentinel.elastic.schema -> sqlite3" in done.stdout
    assert "sentinel.rules.correlate is not allowed to import sentinel.rules.match" in done.stdout
