import urllib.request

from sentinel.telemetry import Metrics
from tests.integration.servers.process import free_port


def test_names_follow_the_convention_and_are_served() -> None:
    metrics, port = Metrics(), free_port()
    metrics.lines.labels("gateway").inc(3)
    metrics.listen("127.0.0.1", port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
        text = reply.read().decode()
    assert 'sentinel_lines_read_total{source="gateway"} 3.0' in text
