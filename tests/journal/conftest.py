from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.journal.database import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.db")
    yield made
    made.close()
