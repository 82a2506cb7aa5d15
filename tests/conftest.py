"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest

from tests.faults import daemon

# A commit's tests say the same on every machine; `--hypothesis-seed` looks further. No deadline: CI's cores are shared.
hypothesis.settings.register_profile("sentinel", derandomize=True, deadline=None)
hypothesis.settings.load_profile("sentinel")


@pytest.fixture(autouse=True)
def no_daemon_is_left() -> Iterator[None]:
    yield
    daemon.end_all()


# Slowest last, so that a broken unit shows before a server is started.
_TIERS = ("faults", "acceptance", "integration")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: max((_TIERS.index(t) + 1 for t in _TIERS if t in item.path.parts), default=0))
