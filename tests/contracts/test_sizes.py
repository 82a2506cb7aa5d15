"""Small files, small functions: what a person can hold in the head. The figures are those of docs/architecture.md's models."""

from __future__ import annotations

import ast
import statistics
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "sentinel").rglob("*.py"))
LONGEST_FILE, LONG_FUNCTION, MEDIAN_FUNCTION = 400, 38, 11
# file -> why it may be longer
LONGER: dict[str, str] = {}


@cache
def functions(path: Path) -> list[tuple[int, str]]:
    return [((node.end_lineno or 0) - node.lineno + 1, f"{path.relative_to(ROOT)}: {node.name}")
            for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_file_is_too_long() -> None:
    long = {str(path.relative_to(ROOT)): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert long.keys() == LONGER.keys()


def test_functions_are_small() -> None:
    sizes = [size for path in MODULES for size, _ in functions(path)]
    assert statistics.median(sizes) <= MEDIAN_FUNCTION
    long = [item for path in MODULES for item in functions(path) if item[0] >= LONG_FUNCTION]
    assert len(long) <= len(sizes) // 10, sorted(long)


def test_every_module_says_what_comes_in_and_what_goes_out() -> None:
    silent = [str(path.relative_to(ROOT)) for path in MODULES if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "core", "base_utils"}
    assert [str(path.relative_to(ROOT)) for path in MODULES if path.stem.lstrip("_") in vague] == []
