"""What an earlier run left unfinished."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import Struct

from sentinel.formats._lines.piece import recalled
from tests.make import Kept


class One(Struct):
    n: int


def test_what_can_be_read_is_there_and_what_cannot_is_given_up_and_said(caplog: pytest.LogCaptureFixture) -> None:
    memory = Kept()
    for key, value in (("a:1", msgspec.msgpack.encode(One(1))), ("a:2", msgspec.msgpack.encode([1])), ("a:3", b"\xc1"),
                       ("b:1", b"of others")):
        memory.put(key, value)
    assert recalled(memory, ("a:",), One) == {"a:1": One(1)}
    assert memory.keys() == ["a:1", "b:1"]
    assert [record.getMessage().split(" cannot")[0] for record in caplog.records] == ["2 unfinished record(s) of an earlier run"]


def test_what_the_seal_does_not_open_is_given_up() -> None:
    class Closed(Kept):
        def get(self, key: str) -> None:  # type: ignore[override]
            return None

    memory = Closed()
    memory.put("a:1", b"sealed")
    assert recalled(memory, ("a:",), One) == {}
    assert memory.keys() == []
