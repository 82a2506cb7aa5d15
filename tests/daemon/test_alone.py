from pathlib import Path

import pytest

from sentinel.daemon.alone import Alone
from sentinel.errors import JournalError


def test_one_at_a_time(tmp_path: Path) -> None:
    first = Alone(tmp_path / "j.db")
    with pytest.raises(JournalError, match="another `sentinel run`"):
        Alone(tmp_path / "j.db")
    Alone(tmp_path / "other.db").close()
    first.close()
    Alone(tmp_path / "j.db").close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="No such file"):
        Alone(tmp_path / "none" / "j.db")
