import pytest

from sentinel.formats._mapping.fields import FIELDS, FLAWS, OWN, flaw
from sentinel.formats._mapping.values import CONVERTERS


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_a_converter_there_is_and_says_what_it_holds(name: str) -> None:
    assert FIELDS[name].type in CONVERTERS and FIELDS[name].means
    assert not name.startswith(OWN), "those are the users'"


def test_a_mapping_cannot_fill_what_sentinel_finds_itself() -> None:
    own = ("sentinel.prompt.", "sentinel.completion.", "sentinel.request.", "sentinel.tool.", "sentinel.baseline.", "sentinel.revoked.",
           "sentinel.contained", "sentinel.source", "sentinel.line.", "event.id", "@timestamp", "log.")
    assert [name for name in FIELDS if name.startswith(own)] == []


def test_a_flaw_is_marked_once_and_beside_others() -> None:
    fields = {"user.id": "u"}
    for mark in ("invalid-utf8", "nul-head", "invalid-utf8"):
        flaw(fields, mark)
    assert fields == {"user.id": "u", FLAWS: ["invalid-utf8", "nul-head"]}
