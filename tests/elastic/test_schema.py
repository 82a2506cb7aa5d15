from __future__ import annotations

import json
from importlib import resources
from typing import Any

from sentinel.elastic.schema import KINDS, known, searched, unmapped

# What Elasticsearch has without any module.
CORE = {"keyword", "text", "ip", "date_nanos", "date", "long", "float", "boolean", "flattened"}
# A module that the free licence has; `install` does without it where it is not there.
WHOLE = {"keyword": {"type": "wildcard"}}


def properties(name: str) -> dict[str, dict[str, Any]]:
    text = (resources.files("sentinel.elastic") / "templates" / f"{name}.json").read_text()
    found: dict[str, dict[str, Any]] = json.loads(text)["mappings"]["properties"]
    return found


def test_templates_need_no_module_and_bound_every_keyword() -> None:
    for name in ("common", *KINDS):
        for field, mapping in properties(name).items():
            assert mapping["type"] in CORE, field
            assert mapping.get("fields", WHOLE) == WHOLE, field
            if mapping["type"] in ("keyword", "flattened"):
                assert mapping["ignore_above"] <= 8191, f"{field}: a longer term is refused"


def test_no_field_lies_inside_another() -> None:
    for kind in KINDS:
        for field in known(kind):
            parts = field.split(".")
            assert not {".".join(parts[:n]) for n in range(1, len(parts))} & known(kind), field


def test_every_field_of_the_envelope_is_mapped() -> None:
    from sentinel.records.event import ENVELOPE

    assert known("events") >= ENVELOPE


def test_a_text_is_searched_whole_where_it_is_no_list_of_words() -> None:
    assert searched()["gen_ai.prompt"] == ("gen_ai.prompt.keyword", "wildcard")
    assert searched()["source.ip"] == ("source.ip", "ip")
    assert searched().keys() == known("events")
    assert unmapped("labels.tenant") == ("sentinel.extra.labels.tenant", "flattened")
