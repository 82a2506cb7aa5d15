from __future__ import annotations

from typing import Any

from sentinel.formats._mapping.compile import Reading, Section, compiled
from sentinel.formats._mapping.struct import Shape
from sentinel.formats._mapping.values import integer, text

SECOND = 1_000_000_000


def run(section: Section, line: bytes) -> tuple[int, dict[str, Any]]:
    shape = Shape(section.paths(), whole=section.rest)
    fields: dict[str, Any] = {}
    return compiled(section, shape)(shape.decoder.decode(line), fields), fields


def test_the_first_reading_that_gives_a_value_wins() -> None:
    section = Section(fields={"n": [Reading(("a",), integer), Reading(("b",), integer), Reading(("c", "d"), integer)]})
    assert run(section, b'{"a":1,"b":2}') == (0, {"n": 1})
    assert run(section, b'{"a":"word","b":"2"}') == (0, {"n": 2})
    assert run(section, b'{"a":"","c":{"d":3}}') == (0, {"n": 3})
    assert run(section, b'{"a":null}') == (0, {})


def test_integers_that_need_no_conversion_are_bounded_too() -> None:
    section = Section(fields={"n": [Reading(("a",), integer)]})
    assert run(section, b'{"a":9223372036854775807}')[1] == {"n": 2**63 - 1}
    assert run(section, b'{"a":9223372036854775808}')[1] == {}
    assert run(section, b'{"a":true}')[1] == {}


def test_words_that_mean_nothing_are_absent() -> None:
    section = Section(fields={"t": [Reading(("a",), text), Reading(("b",), text)]}, absent=("", "-", "null"))
    assert run(section, b'{"a":"-","b":"x"}')[1] == {"t": "x"}
    assert run(section, b'{"a":"null","b":""}')[1] == {}


def test_the_first_that_is_a_time_wins() -> None:
    section = Section(time=[("a",), ("b",)])
    assert run(section, b'{"a":"soon","b":1795561283}')[0] == 1795561283 * SECOND
    assert run(section, b'{"a":1795561284,"b":1795561283}')[0] == 1795561284 * SECOND
    assert run(section, b"{}")[0] == 0


def test_collectors_come_last_and_take_the_first_that_is_there() -> None:
    def collect(value: Any, fields: dict[str, Any]) -> None:
        fields["seen"] = [value, *fields]

    section = Section(fields={"t": [Reading(("t",), text)]}, collect=[(collect, [("a",), ("b",)])])
    assert run(section, b'{"a":[],"b":[2],"t":"x"}')[1]["seen"] == [[2], "t"]
    assert run(section, b'{"t":"x"}')[1] == {"t": "x"}


def test_names_of_a_mapping_are_data_and_not_code() -> None:
    odd = "'] = 1; import os #{x}%s"
    section = Section(fields={odd: [Reading((odd,), text)]}, absent=("", odd + "x"))
    for whole in (False, True):
        section.rest = whole
        assert run(section, b'{"\'] = 1; import os #{x}%s":"v"}')[1] == {odd: "v"}


def test_a_constant_is_what_is_left_when_nothing_else_gives_a_value() -> None:
    section = Section(fields={"p": [Reading(("a",), text), Reading((), text, constant="aws.bedrock")]})
    assert run(section, b'{"a":"x"}')[1] == {"p": "x"}
    assert run(section, b"{}")[1] == {"p": "aws.bedrock"}


def test_what_a_line_says_of_itself_is_a_flaw() -> None:
    section = Section(flaws={"content-cut": [("cut",), ("a", "cut")]})
    for line in (b'{"cut":1}', b'{"a":{"cut":"s3://b/k"}}', b'{"cut":true,"a":{"cut":1}}'):
        assert run(section, line)[1] == {"sentinel.line.flaws": ["content-cut"]}
    for line in (b'{"cut":0}', b'{"a":{"cut":""}}', b'{"cut":false}', b"{}"):
        assert run(section, line)[1] == {}
