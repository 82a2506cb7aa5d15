"""Converted rules on a real Elasticsearch: they find what the matcher finds, on indices of sentinel's own.

ES|QL and EQL are modules that this server is built without; their text is in `tests/rules/convert/test_elastic.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from sentinel.cli.enrich import Bench
from sentinel.clock import SystemClock
from sentinel.config import yaml
from sentinel.config.model import ElasticsearchConfig
from sentinel.elastic import documents, schema
from sentinel.elastic.client import connect
from sentinel.records.event import Event
from sentinel.rules.author.cases.beside import read
from sentinel.rules.author.cases.case import Case
from sentinel.rules.convert.condition import Index, Place
from sentinel.rules.convert.elastic import convert
from sentinel.rules.match.compile import compile_node
from sentinel.rules.read.load import load
from sentinel.rules.read.plan import plan
from sentinel.rules.rule import Detection, RuleInfo
from tests import make
from tests.integration.servers.elasticsearch import Elasticsearch

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "convert"
INDEX = Index({name: Place(*where, name) for name, where in schema.searched().items()}, lambda name: Place(*schema.unmapped(name)))

GIVEN, _ = yaml.load(HERE / "events.yml")
DETECTIONS, _ = yaml.load(HERE / "detections.yml")
NOW = SystemClock().now()
EVENTS = [make.event(fields, category=fields.pop("event.category", "llm"), offset=number, at=NOW) for number, fields in enumerate(GIVEN)]


RULES = load([ROOT / "rules"]).rules
# Of cases that repeat an event hundreds of times, the first few say it all.
_EACH = 10


def of_cases() -> list[Event]:
    """The events of the shipped rules' own cases, with what detectors find in them."""
    bench, made = Bench(), []
    for path in sorted((ROOT / "rules").rglob("*.cases.yml")):
        file = path.with_name(path.name.replace(".cases", ""))
        own = [rule for rule in RULES if rule.info.file == str(file)]
        category = next((rule.info.category for rule in own if isinstance(rule, Detection)), "llm")
        for case in read(file, own, category) if own else ():
            assert isinstance(case, Case), case.problem
            enrich = bench.fresh()
            for event in list(case.events)[:_EACH]:
                enrich(event)
                made.append(event)
    return [make.event(event.fields, category=event.category, offset=number, at=NOW) for number, event in enumerate(made)]


class Indexed:
    """Events on the server, as the shipper would have sent them."""

    def __init__(self, server: Elasticsearch, prefix: str, events: list[Event]) -> None:
        self.server, self.prefix, self.events = server, prefix, events
        client = connect(ElasticsearchConfig(urls=[server.url], index_prefix=prefix))
        schema.install(client, prefix)
        calendar = documents.Calendar(prefix, documents.day_of(NOW))
        reply = client.bulk(operations=[line for event in events for line in documents.of_event(event, calendar, "host-1").operation])
        assert not reply["errors"], reply
        client.close()

    def found(self, query: Any) -> set[int]:
        hits = self.server.search(f"{self.prefix}-events-*", query)
        places = {event.id: number for number, event in enumerate(self.events)}
        return {places[str(hit["_id"])] for hit in hits}

    def matched(self, rule: Detection) -> set[int]:
        match = compile_node(rule.tree)
        return {number for number, event in enumerate(self.events)
                if rule.info.category in ("", event.category) and match(event.document())}


@pytest.fixture(scope="module")
def few(elasticsearch: Elasticsearch) -> Indexed:
    return Indexed(elasticsearch, "convert-few", EVENTS)


@pytest.fixture(scope="module")
def many(elasticsearch: Elasticsearch) -> Indexed:
    return Indexed(elasticsearch, "convert-many", of_cases())


def rule_of(detection: dict[str, Any], category: str = "") -> Detection:
    return Detection(RuleInfo(id="r", title="r", level="low", tags=(), category=category), plan(detection))


@pytest.mark.parametrize("given", DETECTIONS, ids=lambda given: str(given["name"]))
def test_a_query_finds_what_the_matcher_finds(few: Indexed, given: dict[str, Any]) -> None:
    rule = rule_of(given["detection"], given.get("category", ""))
    [made] = convert([rule], INDEX, "any", "dsl")
    assert made.reason == ""
    assert few.matched(rule) == set(given["finds"]), "the case is wrong about the matcher"
    assert few.found(made.query["query"]) == set(given["finds"])


def test_shipped_rules_find_in_their_own_cases_what_the_matcher_finds(many: Indexed) -> None:
    """Those that feed correlations too: of these the counting is left out."""
    detections = [rule for rule in RULES if isinstance(rule, Detection)]
    made = [one for one in convert(detections, INDEX, "any", "dsl") if not one.reason]
    differ, refused, hits = [], [], 0
    for one in made:
        rule = next(rule for rule in detections if rule.info.id == one.rule.id)
        expected = many.matched(rule)
        hits += len(expected)
        try:
            if many.found(one.query["query"]) != expected:
                differ.append(one.rule.title)
        except httpx.HTTPStatusError as error:
            # What a pattern costs, the server alone knows; that it says so and does not find less is what counts.
            assert "effort" in error.response.text, error.response.text
            refused.append(one.rule.title)
    assert differ == []
    assert len(refused) <= 2, refused
    assert len(made) > len(detections) // 2 and hits > 100


def test_a_field_of_no_template_is_found_where_it_is_kept(few: Indexed) -> None:
    [made] = convert([rule_of({"s": {"labels.tenant|cased": "Acme"}, "condition": "s"})], INDEX, "any", "dsl")
    assert "sentinel.extra.labels.tenant" in str(made.query)
    assert few.found(made.query["query"]) == {13}
