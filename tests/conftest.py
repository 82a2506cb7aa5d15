"""What holds for every test."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import lru_cache

import hypothesis
import pytest

from sentinel import detectors, scan
from sentinel.detectors import _find, inspect_text
from tests.faults import daemon

# A commit's tests say the same on every machine; `--hypothesis-seed` looks further. No deadline: CI's cores are shared.
hypothesis.settings.register_profile("sentinel", derandomize=True, deadline=None)
# For `make unit`, which runs at every save: the first of the same examples.
hypothesis.settings.register_profile("quick", derandomize=True, deadline=None, max_examples=25)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "sentinel"))


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_ends_what_is_started() -> None:
    """A shell's background job ignores it, and so would every command that a test starts and interrupts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def patterns_are_compiled_once() -> Iterator[None]:
    """The detectors' patterns take half a minute to compile, once on a machine: processes that tests start find them on disk.
    Reading them takes a moment too, and forty tests in this process want the same. No two threads scan.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (scan, _find):
            compiled = lru_cache(maxsize=20)(module.compile_patterns)
            patch.setattr(module, "compile_patterns", lambda patterns, flags, compiled=compiled: compiled(tuple(patterns), flags))
        inspect_text("")
        scan.Scan([pattern for detector in detectors.load() for pattern in detector.patterns])
        yield


@pytest.fixture(autouse=True)
def no_daemon_is_left() -> Iterator[None]:
    yield
    daemon.end_all()


# Slowest last, so that a broken unit shows before a server is started.
_TIERS = ("faults", "acceptance", "integration")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: max((_TIERS.index(t) + 1 for t in _TIERS if t in item.path.parts), default=0))
