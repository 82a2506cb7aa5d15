from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.config.model import ElasticsearchConfig
from sentinel.elastic.ship import Shipper
from sentinel.journal.database import Journal
from tests import make
from tests.elastic import standin
from tests.elastic.standin import Standin


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.db")
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[Standin]:
    with standin.running() as running:
        yield running


@pytest.fixture
def clock() -> make.Clock:
    return make.Clock()


@pytest.fixture
def shipper(server: Standin, journal: Journal, clock: make.Clock) -> Iterator[Shipper]:
    made = Shipper(ElasticsearchConfig(urls=[server.url], batch_documents=5), journal, clock, "host-1")
    yield made
    made.close()
