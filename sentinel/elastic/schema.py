"""The index templates: which fields are mapped, and how. `templates/*.json` is the one place that names them.

In: a client and the index prefix. Out: the templates are on the server; `known(kind)` says which fields may stand at the
top of a document.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from elasticsearch import Elasticsearch

KINDS = ("events", "alerts", "incidents")
_VERSION = 1
_PRIORITY = 200


def install(client: Elasticsearch, prefix: str) -> None:
    """Put all templates; again is harmless. What an operator adds goes into the component template PREFIX-custom.

    Raises: elasticsearch.ApiError, elasticsearch.TransportError.
    """
    client.cluster.put_component_template(name=f"{prefix}-common", template=_read("common"), version=_VERSION)
    for kind in KINDS:
        client.indices.put_index_template(
            name=f"{prefix}-{kind}", index_patterns=[f"{prefix}-{kind}-*"], template=_read(kind), version=_VERSION,
            composed_of=[f"{prefix}-common", f"{prefix}-custom"], ignore_missing_component_templates=[f"{prefix}-custom"],
            priority=_PRIORITY)


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
