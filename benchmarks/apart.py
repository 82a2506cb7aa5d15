"""Work in a process of its own, on one core, so that nothing before it counts."""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def write(folder: Path, name: str, lines: Iterable[bytes]) -> Path:
    path = folder / name
    with path.open("wb") as file:
        file.writelines(lines)
    return path


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run in a process of its own, on one core: (result, peak MB)."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _pin) as pool:
        return pool.submit(_measured, work, *arguments).result()


def _pin() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _measured(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        return work(Path(folder), *arguments), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
