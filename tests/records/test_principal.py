import pytest

from tests import make


@pytest.mark.parametrize(("changed", "text"), [
    ({}, "key agent-prod (88dc28d0f030…)"),
    ({"label": ""}, "key 88dc28d0f030…"),
    ({"id": "sk-test"}, "key agent-prod (sk-test)"),
    ({"kind": "user", "id": "u" * 64, "label": ""}, f"user {'u' * 64}"),
    ({"kind": "address", "id": "2001:db8::1", "label": ""}, "address 2001:db8::1"),
])
def test_what_a_person_reads(changed: dict[str, str], text: str) -> None:
    assert str(make.principal(**changed)) == text
