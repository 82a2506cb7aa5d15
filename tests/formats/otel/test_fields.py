from __future__ import annotations

import pytest

from sentinel.formats._mapping.fields import FIELDS
from sentinel.formats.otel import Otel, _fields
from sentinel.formats.otel._fields import Table, operation, provider


def test_every_field_it_fills_is_an_event_field() -> None:
    assert Otel.fields - FIELDS.keys() == set()
    assert Otel.forgeable <= Otel.fields


def test_the_first_attribute_with_a_value_of_its_type_wins() -> None:
    fields = {"user.id": "there already"}
    table = Table({"user.id": ("a",), "source.ip": ("host", "address", "peer"), "gen_ai.usage.input_tokens": ("n",)})
    table.take({"a": "x", "peer": "192.0.2.1", "host": "app.example", "address": ["203.0.113.7"], "n": "many"}, fields)
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


def test_no_attribute_of_a_table_feeds_two_fields() -> None:
    for table in (_fields.CALL, _fields.SENDER, _fields.RESOURCE, _fields.PEER, _fields.SERVER, _fields.PARAMETERS):
        assert len(table.names) == len(set(table.names))
