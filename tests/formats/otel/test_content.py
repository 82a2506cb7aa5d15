from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sentinel.config import yaml
from sentinel.formats.otel import Otel
from tests.formats.otel import otlp

OTEL = Otel()
CASES = yaml.load(Path(__file__).parent / "content.yaml")[0]
# What every span has and no case is about.
COMMON = {"trace.id", "span.id", "event.duration", "event.outcome"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_what_each_convention_says(case: dict[str, Any]) -> None:
    flat = {name: json.dumps(held) if name in case.get("json", ()) else held for name, held in case.get("attributes", {}).items()}
    events = [(event["name"], event.get("attributes", {})) for event in case.get("events", ())]
    (record,) = OTEL.decode(otlp.spans(otlp.span(1, events=events) | {"attributes": otlp.attributes(flat)}))
    assert {name: held for name, held in record.fields.items() if name not in COMMON} == case["fields"]


def test_a_text_that_a_limit_cut_is_still_read() -> None:
    (record,) = OTEL.decode(otlp.spans(otlp.span(1, gen_ai__operation__name="chat", **{
        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"my ssn is 078-05-11'})))
    assert "078-05-11" in record.fields["gen_ai.prompt"]


def test_a_media_part_is_known_by_its_hash() -> None:
    said = [{"role": "user", "parts": [{"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0KGgo="}]}]
    (record,) = OTEL.decode(otlp.spans(otlp.span(1, gen_ai__operation__name="chat", **{"gen_ai.input.messages": json.dumps(said)})))
    assert record.fields["sentinel.media.type"] == ["image/png"]
    assert record.fields["sentinel.media.hash"] == ["4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6"]
