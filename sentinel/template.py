"""Values with `{{ expressions }}` in them, worked out in a sandbox.

In: text that a playbook or recipe wrote, and the values it may name. Out: JSON values. Text from a log is only ever
a value here, never a template; what an expression gives is never looked at for further expressions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sentinel.errors import SentinelError

_LARGEST = 64 * 1024
# What an expression can raise on values it did not expect.
_WRONG = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


class Unrenderable(SentinelError):
    """A template or condition that cannot be worked out; the text does not quote the values."""


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    environment.filters["sha256"] = lambda text: hashlib.sha256(str(text).encode("utf-8", "replace")).hexdigest()
    # `range` and `lipsum` make much out of nothing; no playbook needs them.
    environment.globals.clear()
    return environment


_ENVIRONMENT = _environment()


def render(value: Any, names: Mapping[str, Any]) -> Any:
    """`value` (JSON) with every expression in its strings worked out.

    A string that is one expression and nothing else becomes what the expression gives, with its type: `"{{ 1 + 1 }}"`
    is the number 2. Any other string stays a string.

    Raises: Unrenderable.
    """
    result = _render(value, names)
    try:
        size = len(msgspec.json.encode(result))
    except (TypeError, ValueError, RecursionError) as error:
        raise Unrenderable("an expression gives something that is not plain data") from error
    if size > _LARGEST:
        raise Unrenderable(f"the values come to {size} bytes, at most {_LARGEST} are allowed")
    return result


def _render(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _render(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_render(item, names) for item in value]
    if not isinstance(value, str) or "{{" not in value:
        return value
    expression = _whole(value)
    if expression is not None:
        return _evaluate(expression, names)
    try:
        return _ENVIRONMENT.from_string(value).render(names)
    except _WRONG as error:
        raise Unrenderable(f"`{value[:100]}`: {_why(error)}") from error


def holds(condition: str, names: Mapping[str, Any]) -> bool:
    """Whether `condition`, an expression without braces, is true. Raises: Unrenderable."""
    return bool(_evaluate(condition, names))


def _evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    try:
        result = _compiled(expression)(**names)
        if isinstance(result, Undefined):
            str(result)  # StrictUndefined says here which name is missing
    except _WRONG as error:
        raise Unrenderable(f"`{expression.strip()[:100]}`: {_why(error)}") from error
    return result


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> Any:
    return _ENVIRONMENT.compile_expression(expression, undefined_to_none=False)


@lru_cache(maxsize=1024)
def _whole(text: str) -> str | None:
    """The expression, when `text` is one and nothing else."""
    try:
        body = _ENVIRONMENT.parse(text.strip()).body
    except TemplateError:
        return None
    output = body[0] if len(body) == 1 else None
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1 or isinstance(output.nodes[0], nodes.TemplateData):
        return None
    return text.strip()[2:-2].strip("-+ ") or None


def _why(error: Exception) -> str:
    if isinstance(error, TemplateError):
        return error.message or type(error).__name__
    # Other errors may quote the values, and these may be secrets or log text.
    return type(error).__name__


def faults(value: Any, known: frozenset[str], *, condition: bool = False) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the templates in `value`, before anything is run: (path inside it, what is wrong).

    Args:
        known: the names that templates may use. condition: `value` is an expression without braces.
    """
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            for path, what in faults(item, known):
                yield (key, *path), what
    elif isinstance(value, str):
        for what in _faults(value, known, condition):
            yield (), what


def _faults(text: str, known: frozenset[str], condition: bool) -> Iterator[str]:
    if condition and "{{" in text:
        yield "a condition is an expression already, without {{ }}"
        return
    try:
        tree = _ENVIRONMENT.parse("{{ " + text + " }}" if condition else text)
        # Filters and tests are looked up only here.
        _ENVIRONMENT.from_string("{{ " + text + " }}" if condition else text)
    except TemplateSyntaxError as error:
        yield f"not an expression: {error.message}"
        return
    if any(not isinstance(node, nodes.Output) for node in tree.body):
        yield "only {{ expressions }} may be used, no {% statements %}"
    for name in sorted(meta.find_undeclared_variables(tree) - known):
        yield f"unknown name {name!r}; known here: {', '.join(sorted(known))}"


def mentions(value: Any, name: str) -> bool:
    """Whether a template in `value` (or `value` as a condition) uses `name`."""
    if isinstance(value, dict | list):
        return any(mentions(item, name) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and name in _names(value)


# Asked for each step of each run that is planned, while the journal is locked: parsing was three quarters of that time.
@lru_cache(maxsize=1024)
def _names(value: str) -> frozenset[str]:
    text = value if "{{" in value else "{{ " + value + " }}"
    try:
        return frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(text)))
    except TemplateError:
        return frozenset()
