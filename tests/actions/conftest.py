from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import to_builtins

from sentinel.actions._base import Context
from tests import make
from tests.integration.servers import slack as workspace
from tests.integration.servers.slack import Slack


@pytest.fixture
def slack() -> Iterator[Slack]:
    with workspace.running() as running:
        yield running


def context(**changed: Any) -> Context:
    """What surrounds a call; `incident` changes the incident."""
    incident = to_builtins(make.incident(**changed.pop("incident", {})))
    return Context(**{"step": "5e0000000000beef", "run": "1000000000000001", "incident": incident, "now": make.NOW,
                      "timeout_seconds": 2.0} | changed)
