"""Which events a rule's logsource speaks of."""

from __future__ import annotations

import pytest

from sentinel import formats
from sentinel.records.event import CATEGORIES
from sentinel.rules.logsource import Logsource, read


@pytest.mark.parametrize(("given", "events"), [
    ({"category": "llm"}, "llm"), ({"category": "webserver"}, "webserver"), ({"category": "proxy"}, "webserver"),
    ({"category": "webserver", "product": "nginx"}, "webserver"), ({"product": "nginx"}, "webserver"), ({"service": "apache"}, "webserver"),
    ({"product": "aws", "service": "cloudtrail"}, "cloud"), ({"product": "aws"}, "cloud"), ({"product": "keycloak"}, "authentication"),
    ({"category": "application", "product": "keycloak"}, "authentication"), ({"category": "WebServer"}, "webserver"), ({}, ""),
])
def test_what_is_read(given: dict[str, str], events: str) -> None:
    assert read(given).events == events


@pytest.mark.parametrize("given", [
    {"product": "windows"}, {"product": "windows", "category": "process_creation"}, {"product": "windows", "service": "security"},
    {"product": "linux", "service": "auditd"}, {"product": "aws", "service": "guardduty"}, {"product": "okta", "service": "okta"},
    {"category": "application", "product": "opencanary"}, {"category": "application"}, {"service": "netflow"},
])
def test_what_no_event_is(given: dict[str, str]) -> None:
    assert read(given).events not in ("", *CATEGORIES)


def test_every_format_is_known_as_a_product() -> None:
    # `json` and `logfmt` are notations and no programs.
    wrong = {name: form.category for name, form in formats.load().items()
             if name not in ("json", "logfmt") and read({"product": name}).events != form.category}
    assert wrong == {}


def test_covers() -> None:
    assert Logsource("a").covers(Logsource("a", "b")) and not Logsource("a", "b").covers(Logsource("a")) and Logsource().covers(Logsource("a"))
