from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sentinel.clock import SECOND
from sentinel.config.model import ElasticsearchConfig, SourceConfig
from sentinel.daemon.outage import Past
from sentinel.daemon.trouble import Trouble
from sentinel.journal import incidents
from sentinel.journal.batch import Batch
from sentinel.journal.database import Journal
from sentinel.playbooks.plan import Planner
from sentinel.sources.reader import Lag
from sentinel.telemetry import Metrics
from tests import make

PLANNER = Planner([], "observe")
READ = {"gateway": Lag(0, 0, 1, "")}


def parts(*names: str, elastic: bool = False) -> Any:
    sources = [SourceConfig.model_validate({"name": name, "paths": ["x"], "format": "json", "silent_after": "10m"}) for name in names]
    return SimpleNamespace(config=SimpleNamespace(
        sources=sources, host="gpu-1", elasticsearch=ElasticsearchConfig(urls=["http://x"]) if elastic else None))


class Bench:
    def __init__(self, journal: Journal) -> None:
        self.journal, self.clock, self.metrics = journal, make.Clock(), Metrics()
        self.start()

    def start(self, given: Any = None) -> Trouble:
        self.trouble = Trouble(self.journal, self.clock, self.metrics, given or parts("gateway"))
        return self.trouble

    def look(self, lags: Any = READ, shipper: Any = None) -> bool:
        return self.trouble.look(lags, shipper, PLANNER)

    def states(self) -> dict[str, str]:
        return {i.title: i.state for i in incidents.listed(self.journal)}

    def gauge(self, kind: str, subject: str = "") -> float | None:
        return self.metrics.registry.get_sample_value("sentinel_operational_lasting", {"kind": kind, "subject": subject})


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    journal = Journal(tmp_path / "j.db")
    yield Bench(journal)
    journal.close()


def test_a_source_falls_silent_and_speaks_again(bench: Bench) -> None:
    bench.trouble.saw(Batch(counts={"lines:gateway": 1}))
    assert not bench.look()
    bench.clock.sleep(601)
    assert bench.look() and not bench.look()
    assert bench.gauge("source-silent", "gateway") == 1
    bench.start()
    bench.trouble.saw(Batch(counts={"lines:gateway": 1}))
    assert bench.look()
    assert bench.states() == {"A source has fallen silent": "resolved"}
    assert bench.gauge("source-silent", "gateway") == 0
    assert bench.metrics.registry.get_sample_value("sentinel_operational_begun_total", {"kind": "source-silent"}) == 1


def test_what_is_usual_is_kept_without_being_asked(bench: Bench) -> None:
    bench.trouble.saw(Batch(counts={"lines:gateway": 1}))
    bench.clock.sleep(11)
    bench.look()
    bench.start()
    bench.clock.sleep(590)
    assert bench.look(), "ten minutes since the last line, though the process is younger"


def test_a_source_that_is_taken_out_of_the_config_is_missed_no_more(bench: Bench) -> None:
    bench.clock.sleep(601)
    assert bench.look()
    bench.trouble.use(parts("edge"))
    assert bench.look({"edge": Lag(0, 0, 1, "")})
    [incident] = incidents.listed(bench.journal)
    assert incident.state == "resolved"
    assert "nobody watches it any more, after 0 s" in [e.text for e in incidents.timeline(bench.journal, incident.id)]


def test_elasticsearch_is_worth_a_word_after_a_while(bench: Bench) -> None:
    shipper = SimpleNamespace(problem=None, since=0)
    bench.start(parts("gateway", elastic=True))
    assert not bench.look(shipper=shipper)
    shipper.problem, shipper.since = "connection refused", make.NOW
    bench.clock.sleep(299)
    assert not bench.look(shipper=shipper)
    bench.clock.sleep(2)
    assert bench.look(shipper=shipper) and not bench.look(shipper=shipper)
    bench.start(parts("gateway", elastic=True))
    assert not bench.look(shipper=SimpleNamespace(problem=None, since=0)), "a restart knows nothing yet"
    shipper.problem = ""
    assert bench.look(shipper=shipper)
    assert bench.states() == {"Elasticsearch is out of reach": "resolved"}


def test_without_watches_it_is_said_quietly(bench: Bench) -> None:
    assert not bench.look({"gateway": Lag(0, 0, 1, "", "a link that leads to itself is left out")})
    why = "no inotify, files are looked at once a second: raise it"
    assert bench.look({"gateway": Lag(0, 0, 1, "", why, why)})
    [incident] = incidents.listed(bench.journal)
    assert (incident.severity, incident.evidence[0].value) == ("low", "no inotify, files are looked at once a second: raise it")


def test_an_outage_that_is_over(bench: Bench) -> None:
    past = Past(make.NOW - 60 * SECOND, "disk full")
    foretold = bench.trouble.change_of(past).incident
    bench.trouble.past(past, PLANNER)
    [incident] = incidents.listed(bench.journal)
    assert incident.id == foretold.id and incident.state == "resolved", "the message sent meanwhile names it"
