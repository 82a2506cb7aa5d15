"""Which events of the daemon a rule's `logsource:` speaks of.

In: a logsource as written. Out: a category of events (`records.event.CATEGORIES`), "" for every event, or a name that no
event has.

Events know their category and not the program that wrote them: the access logs of two servers become the same fields. So of
`product` and `service` only those matter that name a program sentinel reads, where `category` does not say it already; a rule for
nginx looks at the requests to every web server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from sentinel.records.event import CATEGORIES

# SigmaHQ's `proxy` is requests as a gateway saw them; `application` says nothing that its product does not say better.
_CATEGORIES = {**{name: name for name in CATEGORIES}, "proxy": "webserver"}
_UNTOLD = ("", "application")
# Programs that write what sentinel reads, by the names SigmaHQ or the formats give them.
_PROGRAMS = {
    **dict.fromkeys(("nginx", "apache", "caddy", "envoy", "haproxy", "traefik", "modsecurity"), "webserver"),
    **dict.fromkeys(("anthropic", "azure-openai", "bedrock", "litellm", "llamacpp", "ollama", "openai", "otel", "tgi",
                     "vertex", "vllm"), "llm"),
    "litellm-proxy": "webserver", "keycloak": "authentication", "cloudtrail": "cloud",
}
# A product with services of its own, when no service is named.
_PRODUCTS = {"aws": "cloud"}


class Logsource(Struct, frozen=True):
    """As written, in lower case; "" for what is not."""

    category: str = ""
    product: str = ""
    service: str = ""

    @property
    def events(self) -> str:
        """The category of the events it speaks of: "" for every event; one that no event has when nothing is read of it."""
        if self.category in _CATEGORIES:
            return _CATEGORIES[self.category]
        if self.category not in _UNTOLD:
            return self.category
        named = next((_PROGRAMS[name] for name in (self.service, self.product) if name in _PROGRAMS), "")
        return named or ("" if self.service else _PRODUCTS.get(self.product, "")) or "/".join(
            filter(None, (self.category, self.product, self.service)))

    @property
    def ours(self) -> bool:
        """Its `category` is, letter by letter, one of events: so in files of any origin too, it must equal theirs."""
        return self.category in CATEGORIES

    def covers(self, other: Logsource) -> bool:
        """Every part that this one names is the same in `other`."""
        return all(not mine or mine == theirs for mine, theirs in (
            (self.category, other.category), (self.product, other.product), (self.service, other.service)))


def read(given: Mapping[str, Any]) -> Logsource:
    """Of a rule's or a filter's `logsource:`."""
    return Logsource(*(str(given.get(key) or "").strip().lower() for key in ("category", "product", "service")))
