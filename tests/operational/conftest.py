from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.journal.database import Journal
from sentinel.playbooks.load import On, Playbook, StepText
from sentinel.playbooks.plan import Planner


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.db")
    yield made
    made.close()


@pytest.fixture
def planner() -> Planner:
    """The shipped `notify`: one message an incident of level medium."""
    tell = StepText.model_validate({"name": "tell", "uses": "slack.post"})
    return Planner([Playbook("notify", "", On.model_validate({"level": "medium"}), "act", (tell,), "v1", "notify.yml")], "act")
