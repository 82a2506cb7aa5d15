from __future__ import annotations

from typing import Any

import pytest

from sentinel.formats._mapping.struct import Shape, path


@pytest.mark.parametrize(("text", "steps"), [
    ("a", ("a",)), ("a.b.c", ("a", "b", "c")), ("metadata.x-request-id", ("metadata", "x-request-id")), ("@timestamp", ("@timestamp",)),
    ('a["x.y"].b', ("a", "x.y", "b")), ('["x y"]', ("x y",)),
    ("a[0].b", ("a", 0, "b")), ("a[-1]", ("a", -1)), ("a[0][1]", ("a", 0, 1)), ('a["x.y"][2]', ("a", "x.y", 2)),
])
def test_paths(text: str, steps: tuple[str | int, ...]) -> None:
    assert path(text) == steps


@pytest.mark.parametrize("text", ["", ".", ".a", "a.", "a..b", "a b", "a[x]", "a[1.5]", "a[--1]", "a[99999]", "[0]", "[0].a", "a[]", 'a["b', "a]", "a\\b", '["a\nb"]'])
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


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("line", "wanted"), [
    (b'{"a":{"l":[{"x":1},{"x":2},{"x":3}]}}', [1, 3, None]), (b'{"a":{"l":[{"x":1}]}}', [1, 1, None]), (b'{"a":{"l":[]}}', [None] * 3),
    (b'{"a":{"l":{"0":1}}}', [None] * 3), (b'{"a":{"l":[[5,6],7]}}', [None, None, 6]), (b"{}", [None] * 3),
])
def test_places_in_lists(whole: bool, line: bytes, wanted: list[Any]) -> None:
    paths = [("a", "l", 0, "x"), ("a", "l", -1, "x"), ("a", "l", 0, 1)]
    shape = Shape(paths, whole=whole)
    code = "\n    ".join(["def run(n0):", *shape.open(), f"return [{', '.join(map(shape.read, paths))}]"])
    names = dict(shape.names)
    exec(code, names)
    assert names["run"](shape.decoder.decode(line)) == wanted


def test_only_named_paths_are_decoded() -> None:
    shape = Shape([("a",)], whole=False)
    assert shape.decoder.decode(b'{"a":1,"b":{"c":[1,2,3]}}').__struct_fields__ == ("a0",)


def test_a_path_may_be_read_as_a_value_and_as_an_object() -> None:
    assert not Shape.clash([("a",), ("b",)])
    assert Shape.clash([("a", "b"), ("a",)])
    assert not Shape.clash([("a", 0, "b"), ("a",)])
    assert Shape.clash([("a", 0), ("a", "b")])


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("line", "wanted"), [
    (b'{"a":"{\\"b\\":{\\"c\\":1},\\"d\\":2}"}', (1, 2)), (b'{"a":{"b":"{\\"c\\":1}","d":2}}', (1, 2)),
    (b'{"a":"{\\"b\\":\\"{\\\\\\"c\\\\\\":1}\\"}"}', (1, None)), (b'{"a":"{\\"b\\":"}', (None, None)), (b'{"a":"[1]"}', (None, None)),
    (b'{"a":"' + b'{\\"b\\":' * 5000 + b'"}', (None, None)),
])
def test_an_object_may_stand_in_a_string(whole: bool, line: bytes, wanted: tuple[Any, ...]) -> None:
    shape = Shape([("a", "b", "c"), ("a", "d")], whole=whole)
    assert read(shape, line) == dict(zip(("a.b.c", "a.d"), wanted, strict=True))


def test_what_is_read_as_a_value_too_is_unpacked_once() -> None:
    shape = Shape([("a",), ("a", "b")], whole=True)
    assert read(shape, b'{"a":"{\\"b\\":1}"}') == {"a": {"b": 1}, "a.b": 1}
    assert read(shape, b'{"a":"data: {}"}') == {"a": "data: {}", "a.b": None}
