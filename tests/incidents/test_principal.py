import pytest

from sentinel.incidents.principal import principal
from sentinel.records.principal import Principal

ALL = {"sentinel.key.hash": "ab" * 32, "sentinel.key.alias": "bot", "user.id": "u-1", "user.group.id": "t-1",
       "user.group.name": "claims", "source.ip": "203.0.113.7"}


@pytest.mark.parametrize(("fields", "wanted", "expected"), [
    (ALL, "", Principal("key", "ab" * 32, "bot")),
    (ALL, "address", Principal("address", "203.0.113.7")),
    (ALL, "team", Principal("team", "t-1", "claims")),
    ({"source.ip": "203.0.113.7"}, "key", Principal("address", "203.0.113.7")),
    ({"user.id": "u-1", "source.ip": "203.0.113.7"}, "", Principal("user", "u-1")),
    ({"service.name": "claims-assistant"}, "", Principal("service", "claims-assistant")),
    ({"service.name": "claims-assistant", "user.id": "u-1"}, "service", Principal("service", "claims-assistant")),
    ({"service.name": "claims-assistant", "user.id": "u-1"}, "", Principal("user", "u-1")),
    ({}, "key", Principal("source", "engine")),
    (ALL, "source", Principal("source", "engine")),
    ({"user.id": "x" * 5000}, "", Principal("user", "x" * 256)),
    ({"user.id": 5, "source.ip": ""}, "", Principal("source", "engine")),
])
def test_the_named_kind_else_the_narrowest(fields, wanted: str, expected: Principal) -> None:
    assert principal(fields.get, "engine", wanted) == expected


def test_how_a_person_reads_it() -> None:
    assert str(Principal("key", "ab" * 32, "bot")) == "key bot (abababababab…)"
    assert str(Principal("address", "203.0.113.7")) == "address 203.0.113.7"
