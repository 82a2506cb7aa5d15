"""The event fields are named once; the Elasticsearch templates and the rules follow."""

from __future__ import annotations

import json
from importlib import resources

from sentinel.formats._mapping.fields import FIELDS, FLAWS

TYPES = {"ip": {"ip"}, "int": {"long"}, "status": {"long"}, "seconds": {"long"}, "bool": {"boolean"}, "number": {"float"}, "count": {"long"}, "setting": {"float"},
         "text": {"keyword", "text"}, "list": {"keyword", "text"}, "key": {"keyword"}, "words": {"text"}}


def mapped() -> dict[str, str]:
    folder = resources.files("sentinel.elastic") / "templates"
    files = [json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("common", "events")]
    return {field: mapping["type"] for file in files for field, mapping in file["mappings"]["properties"].items()}


def test_every_field_of_an_event_is_mapped_with_its_type() -> None:
    types = mapped()
    wrong = {name: types.get(name) for name, field in FIELDS.items() if types.get(name) not in TYPES[field.type]}
    assert wrong == {}
    assert FLAWS in types
