"""The sandbox: log text is a value, never a template; what cannot be worked out says why without quoting values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel import template
from sentinel.template import Unrenderable, faults, holds, mentions, render

NAMES = {"a": {"x.y": ["1", "two"], "n": 3, "none": None}, "s": "text"}


@pytest.mark.parametrize(("value", "is_"), [
    ("plain", "plain"), ("{{ a.n }}", 3), ("{{ a.n + 1 }}", 4), ("n={{ a.n }}", "n=3"), ("{{ a['x.y'] }}", ["1", "two"]),
    ("{{ a['x.y'] | last }}", "two"), ("{{ s }}{{ s }}", "texttext"), ({"k": ["{{ a.none }}", 7]}, {"k": [None, 7]}),
    ("{{ a.n > 2 }}", True), ("  {{ s }}  ", "text"), ("{{- s -}}", "text"), (True, True), (None, None),
    ("{{ s | sha256 }}", "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"),
])
def test_values_keep_their_type(value: Any, is_: Any) -> None:
    assert render(value, NAMES) == is_


@given(st.text())
def test_log_text_comes_out_as_it_went_in(text: str) -> None:
    if not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert render("{{ t }}", {"t": text}) == text
        assert render("<{{ t }}>", {"t": text}) == f"<{text}>"


@pytest.mark.parametrize("hostile", ["{{ 7*7 }}", "{% for x in y %}", "{# #}", "${env:HOME}", "{{ config }}", "{{", "}}"])
def test_hostile_text_is_not_looked_at(hostile: str) -> None:
    assert render({"a": "{{ t }}", "b": "x {{ t }}"}, {"t": hostile}) == {"a": hostile, "b": f"x {hostile}"}


@pytest.mark.parametrize("template", [
    "{{ nobody }}", "x {{ nobody }}", "{{ a.nothing }}", "{{ a.__class__ }}", "{{ a.__class__.__mro__ }}", "{{ ''.__class__ }}",
    "{{ a.n() }}", "{{ s.missing() }}", "{{ 1 // 0 }}", "{{ s + 1 }}", "{{ s * 100000 }}", "{{ a.update({1: 2}) }}", "{{ s | int('x') }}",
    "{{ a['x.y'].append(1) }}", "{{ range(10) }}", "{{ lipsum() }}", "{{ s.format.__globals__ }}", "{{ '%s' % nobody }}", "{{ [1][5] }}",
])
def test_what_cannot_be_worked_out(template: str) -> None:
    if template == "{{ s | int('x') }}":
        assert render(template, NAMES) == "x"
        return
    with pytest.raises(Unrenderable):
        render(template, NAMES)


def test_the_error_does_not_quote_values() -> None:
    with pytest.raises(Unrenderable) as caught:
        render("{{ secret + 1 }}", {"secret": "sk-live"})
    assert "sk-live" not in str(caught.value) and "TypeError" in str(caught.value)


def test_what_is_no_plain_data() -> None:
    with pytest.raises(Unrenderable, match="plain data"):
        render("{{ o }}", {"o": object()})


@pytest.mark.parametrize(("condition", "is_"), [("a.n == 3", True), ("a['z'] is defined", False), ("'two' in a['x.y']", True), ("none", False)])
def test_conditions(condition: str, is_: bool) -> None:
    assert holds(condition, NAMES) is is_


@pytest.mark.parametrize(("value", "condition", "found"), [
    ("{{ a }}", False, []), ("{{ b }}", False, ["unknown name 'b'; known here: a"]), ("{{ a", False, None),
    ("{% if a %}{% endif %}", False, ["only {{ expressions }} may be used, no {% statements %}"]),
    ("{{ a | nosuch }}", False, ["not an expression: No filter named 'nosuch'."]),
    ("a == 1", True, []), ("{{ a }}", True, ["a condition is an expression already, without {{ }}"]), ("a ==", True, None),
])
def test_faults_are_found_before_anything_runs(value: str, condition: bool, found: list[str] | None) -> None:
    said = [what for _, what in faults(value, frozenset({"a"}), condition=condition)]
    assert said == found if found is not None else len(said) == 1 and said[0].startswith("not an expression")


def test_faults_name_their_place() -> None:
    assert [path for path, _ in faults({"k": ["{{ a }}", "{{ b }}"]}, frozenset({"a"}))] == [("k", 1)]


def test_mentions() -> None:
    assert mentions("steps.block.changed", "steps") and mentions({"a": ["x {{ steps.b }}"]}, "steps")
    assert not mentions("", "steps") and not mentions("my steps are many", "steps") and not mentions(7, "steps")


def test_a_flood_of_steps_parses_each_template_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{{ steps.flood.changed }}"
    assert mentions({"key": text}, "steps")
    monkeypatch.delattr(template, "_ENVIRONMENT")
    assert mentions({"key": text}, "steps") and not mentions({"key": text}, "entity")
