"""The index templates: which fields are mapped, and how. `templates/*.json` is the one place that names them.

In: a client and the index prefix. Out: the templates are on the server; `known(kind)` says which fields may stand at the
top of a document, `searched()` where a query finds each.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

# Holds what no template names, under one mapping.
EXTRA = "sentinel.extra"
KINDS = ("events", "alerts", "incidents")
_VERSION = 2
_PRIORITY = 200
# For servers that are built without the type `wildcard`: of longer texts no part is found. A term has at most 32,766 bytes.
_INSTEAD = {"type": "keyword", "ignore_above": 8191}


def install(client: Elasticsearch, prefix: str) -> None:
    """Put all templates; again is harmless. What an operator adds goes into the component template PREFIX-custom.

    Raises: elasticsearch.ApiError, elasticsearch.TransportError.
    """
    client.cluster.put_component_template(name=f"{prefix}-common", template=_read("common"), version=_VERSION)
    for kind in KINDS:
        try:
            _put(client, prefix, kind, _read(kind))
        except BadRequestError as error:
            if "[wildcard]" not in str(error.body):
                raise
            _put(client, prefix, kind, _without_wildcard(_read(kind)))


def _put(client: Elasticsearch, prefix: str, kind: str, template: dict[str, Any]) -> None:
    client.indices.put_index_template(
        name=f"{prefix}-{kind}", index_patterns=[f"{prefix}-{kind}-*"], template=template, version=_VERSION,
        composed_of=[f"{prefix}-common", f"{prefix}-custom"], ignore_missing_component_templates=[f"{prefix}-custom"],
        priority=_PRIORITY)


def _without_wildcard(template: dict[str, Any]) -> dict[str, Any]:
    properties = {name: {**mapping, "fields": {"keyword": _INSTEAD}} if "fields" in mapping else mapping
                  for name, mapping in template["mappings"]["properties"].items()}
    return {**template, "mappings": {**template["mappings"], "properties": properties}}


@cache
def searched() -> dict[str, tuple[str, str]]:
    """Of events, by field: the name under which a whole value is searched, and its type. A `text` holds words and no whole."""
    properties = _read("common")["mappings"]["properties"] | _read("events")["mappings"]["properties"]
    return {name: (f"{name}.keyword", mapping["fields"]["keyword"]["type"]) if "fields" in mapping else (name, mapping["type"])
            for name, mapping in properties.items() if mapping["type"] != "flattened"}


def unmapped(name: str) -> tuple[str, str]:
    """The same for a field that no template names."""
    return f"{EXTRA}.{name}", "flattened"


@cache
def known(kind: str) -> frozenset[str]:
    """The fields of a kind of document that are mapped for single values, as dotted names.

    Not the `flattened` ones: they are ours to fill, and a log's value of that name would be refused.
    """
    properties = _read("common")["mappings"]["properties"] | _read(kind)["mappings"]["properties"]
    return frozenset(field for field, mapping in properties.items() if mapping["type"] != "flattened")


def _read(name: str) -> dict[str, Any]:
    text = (resources.files("sentinel.elastic") / "templates" / f"{name}.json").read_text("utf-8")
    template: dict[str, Any] = json.loads(text)
    return template
