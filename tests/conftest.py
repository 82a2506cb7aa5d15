"""What holds for every test."""

from __future__ import annotations

import hypothesis
import pytest

# A commit's tests say the same on every machine; `--hypothesis-seed` looks further. No deadline: CI's cores are shared.
hypothesis.settings.register_profile("sentinel", derandomize=True, deadline=None)
hypothesis.settings.load_profile("sentinel")

# Slowest last, so that a broken unit shows before a server is started.
_TIERS = ("faults", "acceptance", "integration")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: max((_TIERS.index(t) + 1 for t in _TIERS if t in item.path.parts), default=0))
