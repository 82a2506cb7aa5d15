from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sentinel.playbooks.lease import Lease


def test_one_at_a_time(tmp_path: Path) -> None:
    first, second = Lease(tmp_path / "journal.db"), Lease(tmp_path / "journal.db")
    assert first.take() and first.take() and not second.take()
    first.give_back()
    assert second.take()
    second.give_back()


def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    code = ("import os, sys, pathlib; from sentinel.playbooks.lease import Lease; "
            "print(Lease(pathlib.Path(sys.argv[1])).take(), flush=True); os.kill(os.getpid(), 9)")
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path / "journal.db")], capture_output=True, text=True, check=False)
    assert ran.stdout == "True\n" and ran.returncode == -9
    lease = Lease(tmp_path / "journal.db")
    assert lease.take()
    lease.give_back()
