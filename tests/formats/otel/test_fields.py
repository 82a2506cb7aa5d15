from __future__ import annotations

import pytest

from sentinel.formats._mapping.fields import FIELDS
from sentinel.formats.otel import Otel
from sentinel.formats.otel._fields import operation, provider, take


def test_every_field_it_fills_is_an_event_field() -> None:
    assert Otel.fields - FIELDS.keys() == set()
    assert Otel.forgeable <= Otel.fields


def test_the_first_attribute_with_a_value_of_its_type_wins() -> None:
    fields = {"user.id": "there already"}
    take({"user.id": ("a",), "source.ip": ("host", "address"), "gen_ai.usage.input_tokens": ("n",)},
         {"a": "x", "host": "app.example", "address": ["203.0.113.7"], "n": "many"}, fields)
    assert fields == {"user.id": "there already", "source.ip": "203.0.113.7"}


@pytest.mark.parametrize(("system", "name"), [
    ("openai", "openai"), ("OpenAI", "openai"), ("az.ai.openai", "azure.ai.openai"), ("vertex_ai", "gcp.vertex_ai"),
    ("AWS", "aws.bedrock"), ("xai", "x_ai"), ("something-new", "something-new"), ("", ""),
])
def test_providers_have_one_name(system: str, name: str) -> None:
    assert provider({"gen_ai.system": system}) == name


def test_an_operation_of_a_kind_nobody_knew_keeps_its_name() -> None:
    assert operation({"gen_ai.operation.name": "plan"}) == "plan"
    assert operation({"http.request.method": "GET"}) == ""
