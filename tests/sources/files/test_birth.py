from __future__ import annotations

import os
import time
from pathlib import Path

from sentinel.sources.files.birth import born

_TICK = 20_000_000


def test_when_a_file_was_made_and_not_when_it_was_written(tmp_path: Path) -> None:
    before = time.time_ns()
    path = tmp_path / "a\n\xfc.log"
    path.write_bytes(b"one\n")
    made = born(str(path))
    # On a file system that keeps no such time the answer is 0, as for a file that is not there.
    assert made == 0 or before - _TICK <= made <= time.time_ns()
    os.truncate(path, 0)
    os.utime(path, ns=(0, 0))
    assert born(str(path)) == made
    assert born(str(tmp_path / "none")) == 0
