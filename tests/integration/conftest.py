"""The real servers of a session. Each is started when a test first asks for it and stopped at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.servers import elasticsearch as es
from tests.integration.servers import litellm as proxy
from tests.integration.servers import nginx as web
from tests.integration.servers import slack as workspace
from tests.integration.servers.elasticsearch import Elasticsearch
from tests.integration.servers.litellm import LiteLLM
from tests.integration.servers.nginx import Nginx
from tests.integration.servers.slack import Slack


@pytest.fixture(scope="session")
def servers() -> Iterator[Path]:
    """A folder that the users whom servers drop to may enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="sentinel-servers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _folder(servers: Path, name: str) -> Path:
    folder = servers / name
    folder.mkdir(mode=0o755)
    return folder


@pytest.fixture(scope="session")
def litellm(servers: Path) -> Iterator[LiteLLM]:
    """A LiteLLM proxy with mock models; what it offers is in `servers/litellm.py`."""
    with proxy.running(_folder(servers, "litellm")) as running:
        yield running


@pytest.fixture(scope="session")
def nginx(servers: Path, litellm: LiteLLM) -> Iterator[Nginx]:
    """nginx in front of `litellm`."""
    keys = [*litellm.keys.values(), litellm.master_key, proxy.UNKNOWN_KEY]
    with web.running(_folder(servers, "nginx"), litellm.url.removeprefix("http://"), keys) as running:
        yield running


@pytest.fixture(scope="session")
def elasticsearch_home(servers: Path) -> Path:
    """Elasticsearch's program; `servers/elasticsearch.py` starts nodes of it."""
    return es.unpack(servers)


@pytest.fixture(scope="session")
def elasticsearch(servers: Path, elasticsearch_home: Path) -> Iterator[Elasticsearch]:
    """A node without security. Use an index prefix of your own: all tests of a session share it."""
    with es.running(elasticsearch_home, _folder(servers, "elasticsearch")) as running:
        yield running


@pytest.fixture(scope="session")
def elasticsearch_secured(servers: Path, elasticsearch_home: Path) -> Iterator[Elasticsearch]:
    """A node with TLS, an admin, and API keys."""
    with es.running(elasticsearch_home, _folder(servers, "elasticsearch-secured"), secured=True) as running:
        yield running


@pytest.fixture
def slack() -> Iterator[Slack]:
    """An empty workspace of Slack's stand-in."""
    with workspace.running() as running:
        yield running
