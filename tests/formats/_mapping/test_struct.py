from __future__ import annotations

from typing import Any

import pytest

from sentinel.formats._mapping.struct import Shape, path


@pytest.mark.parametrize(("text", "steps"), [
    ("a", ("a",)), ("a.b.c", ("a", "b", "c")), ("metadata.x-request-id", ("metadata", "x-request-id")), ("@timestamp", ("@timestamp",)),
    ('a["x.y"].b', ("a", "x.y", "b")), ('["x y"]', ("x y",)),
])
def test_paths(text: str, steps: tuple[str, ...]) -> None:
    assert path(text) == steps


@pytest.mark.parametrize("text", ["", ".", ".a", "a.", "a..b", "a b", "a[0]", "a[]", 'a["b', "a]", "a\\b", '["a\nb"]'])
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(ValueError):
        path(text)


def read(shape: Shape, line: bytes) -> dict[str, Any]:
    code = "\n    ".join(["def run(n0):", *shape.open(), "return {" + ", ".join(f"{'.'.join(p)!r}: {shape.read(p)}" for p in shape.leaves) + "}"])
    names = dict(shape.names)
    exec(code, names)
    result: dict[str, Any] = names["run"](shape.decoder.decode(line))
    return result


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("line", "wanted"), [
    (b'{"a":{"b":{"c":1},"d":[2]},"e":"f"}', (1, [2], "f")),
    (b'{"a":{"b":null},"e":{"deep":true}}', (None, None, {"deep": True})),
    (b'{"a":"text","e":null}', (None, None, None)),
    (b'{"a":[1],"e":1e3}', (None, None, 1000.0)),
    (b'{"a":{"b":7,"d":false}}', (None, False, None)),
    (b'{"a":1,"a":{"b":{"c":2}}}', (2, None, None)),
    (b"{}", (None, None, None)),
])
def test_a_value_of_another_shape_costs_only_itself(whole: bool, line: bytes, wanted: tuple[Any, ...]) -> None:
    shape = Shape([("a", "b", "c"), ("a", "d"), ("e",)], whole=whole)
    assert read(shape, line) == dict(zip(("a.b.c", "a.d", "e"), wanted, strict=True))


def test_only_named_paths_are_decoded() -> None:
    shape = Shape([("a",)], whole=False)
    assert shape.decoder.decode(b'{"a":1,"b":{"c":[1,2,3]}}').__struct_fields__ == ("a0",)


def test_a_path_cannot_be_value_and_object() -> None:
    assert Shape.clash([("a",), ("b",)]) is None
    assert Shape.clash([("a", "b"), ("a",)]) == ("a",)
