"""Every module with something to test has a test file of its own, at the same place; no test is skipped or expected to fail."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "sentinel").rglob("*.py"))
# module -> the test file that covers it, where the mirror does not hold
COVERED_BY: dict[str, str] = {
    "sentinel/daemon/service.py": "tests/faults/test_service.py",  # a process, which takes seconds to start
    "sentinel/formats/_base.py": "tests/formats/_lines/test_records.py",  # a default that only a caller can show
}


def logic(path: Path) -> bool:
    """Whether the module has a function that does something: declarations need no test of their own."""
    tree = ast.parse(path.read_text())
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not declared(node) for node in ast.walk(tree))


def declared(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = [n for n in function.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    return not body or all(isinstance(node, ast.Pass | ast.Raise) for node in body)


def wanted(path: Path) -> list[Path]:
    """Where its test may be: beside its twins, or, for a package's `__init__` or a private part, in the package's own."""
    module = path.relative_to(ROOT / "sentinel")
    folder = Path("tests", *module.parts[:-1])
    name = (module.parent.name if path.stem == "__init__" else path.stem).lstrip("_")
    return [folder / f"test_{name}.py", folder.parent / f"test_{name}.py"]


@pytest.mark.parametrize("path", [p for p in MODULES if logic(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_has_a_test_file(path: Path) -> None:
    other = COVERED_BY.get(str(path.relative_to(ROOT)))
    places = [Path(other)] if other else wanted(path)
    found = [place for place in places if (ROOT / place).exists()]
    assert found, f"no {' and no '.join(map(str, places))}"
    assert re.search(r"^\s*(async )?def test_", (ROOT / found[0]).read_text(), re.MULTILINE), f"{found[0]} holds no test"


def test_no_exception_is_left_over() -> None:
    assert [module for module in COVERED_BY if not (ROOT / module).exists()] == []


def test_nothing_is_skipped() -> None:
    """A skip hides a missing part: what a test needs is installed by `make test`, or the test fails and says so."""
    words = re.compile(r"pytest\.(skip|importorskip|xfail)|mark\.(skip|skipif|xfail)|@unittest\.skip")
    skipped = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").rglob("*.py"))
               if path != Path(__file__) and words.search(path.read_text())]
    assert skipped == []
