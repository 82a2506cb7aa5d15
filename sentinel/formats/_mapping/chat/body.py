"""Reads whole bodies of a request and its response, of any API. In: a body as logged. Out: the fields it fills.

One reader serves OpenAI (chat, completions, responses, embeddings), Anthropic, Gemini, Amazon's Converse and what each
vendor's models take at InvokeModel: their keys do not contradict each other, so the tables in `keys.py` are the whole difference.
What a format reads from elsewhere in its record wins over the body.
"""

from __future__ import annotations

from typing import Any

from sentinel.formats._mapping import template
from sentinel.formats._mapping.chat import BOTH, came_out, ends, keys, went_in
from sentinel.formats._mapping.chat.content import Heard, is_said, written
from sentinel.formats._mapping.chat.opened import opened
from sentinel.formats._mapping.chat.stream import is_stream, joined
from sentinel.formats._mapping.values import Converter, text
from sentinel.records.event import Fields

Body = dict[str, Any]
# First key of a path -> (field, converter, further keys) of each path that begins with it: most keys are in no one body.
Table = dict[str, list[tuple[str, Converter, tuple[str, ...]]]]


def _table(readings: keys.Readings) -> Table:
    table: Table = {}
    for name, (convert, paths) in readings.items():
        for path in paths:
            key, *rest = path.split(".")
            table.setdefault(key, []).append((name, convert, tuple(rest)))
    return table


# Go's decoder takes a key in any case, and of two the last.
_INPUT_AS_GO_READS_IT = frozenset(map(str.lower, keys.INPUT))
_ASKED_AT, _USED_AT, _ERROR_AT = _table(keys.ASKED), _table(keys.USED), _table(keys.ERROR)

REQUEST_FIELDS = ("gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.tool.definitions", "gen_ai.operation.name", *BOTH, *keys.ASKED)
RESPONSE_FIELDS = ("gen_ai.completion", "gen_ai.tool.name", "gen_ai.tool.call.arguments", "gen_ai.response.finish_reasons",
                   "gen_ai.operation.name", "event.outcome", *BOTH, *keys.USED, *keys.ERROR)


def request(value: Any, fields: Fields) -> None:
    """Sets what a request body says."""
    body = opened(value, fields)
    heard = Heard()
    if body.__class__ is not dict:
        heard.turns(body)
        return went_in(heard, fields)
    _fill(body, _ASKED_AT, fields)
    for key in keys.SYSTEM:
        heard.read(body.get(key), heard.system)
    there = [key for key in keys.INPUT if body.get(key) is not None]
    for key in there:
        if key == "prompt" and (turns := template.sorted_turns(body[key])).system:
            heard.system += turns.system
            heard.texts += turns.texts
            heard.results += turns.results
        else:
            heard.turns(body[key] if key in keys.TURNS else {key: body[key]})
        if keys.INPUT[key]:
            fields.setdefault("gen_ai.operation.name", keys.INPUT[key])
    heard.texts += _beside(body, there)
    for path in keys.TOOLS:
        tools(_at(body, path), fields)
    return went_in(heard, fields)


def _beside(body: Body, there: list[str]) -> list[str]:
    """The texts under all other keys of a request: schemas, variables of a template, what an API knows and this list does not."""
    heard = Heard()
    odd = {key: part for key, part in body.items() if key not in keys.SETTINGS and key not in keys.INPUT}
    for key in [key for key in odd if key.lower() in _INPUT_AS_GO_READS_IT]:
        heard.turns(odd.pop(key))
    if not there:
        heard.turns(odd)
        return heard.texts
    known = len(heard.texts)
    heard.read({key: part for key, part in odd.items() if key not in keys.UNSAID}, heard.texts)
    # A word alone is a setting.
    return heard.texts[:known] + list(filter(is_said, heard.texts[known:]))


def tools(value: Any, fields: Fields) -> None:
    """Adds the tools that a request offers to the model."""
    found = list(filter(None, map(_definition, value))) if value.__class__ is list else []
    if found:
        fields["gen_ai.tool.definitions"] = [*fields.get("gen_ai.tool.definitions", ()), *found]


def response(value: Any, fields: Fields) -> None:
    """Sets what a response body says, also one that was streamed, and an error."""
    body = opened(value, fields)
    if is_stream(body):
        body = joined(body)
    heard = Heard(answer=True)
    if body.__class__ is not dict:
        heard.read(body, heard.texts)
        if heard.texts and fields.get("event.outcome") == "failure":
            # "Internal Server Error": a gateway's words, not a model's.
            fields.setdefault("error.message", "\n".join(heard.texts))
            return None
        return came_out(heard, [], fields)
    failed = _failed(body, fields)
    if body:
        fields.setdefault("event.outcome", "failure" if failed else "success")
    _fill(body, _USED_AT, fields)
    # A stream that broke off brings both an error and what was said until then.
    there = [key for key in keys.ANSWER if body.get(key) is not None and not (failed and key in keys.COMPLAINT)]
    for key in there:
        heard.read({key: body[key]}, heard.texts)
    if _is_embedding(body):
        fields["gen_ai.operation.name"] = "embeddings"
    elif not there and not failed:
        heard.read(body, heard.texts)
    if body.get("object") in ("response", "chat.completion"):
        fields.setdefault("gen_ai.operation.name", "chat")
    return came_out(heard, _finished(body, there), fields)


def _finished(body: Body, there: list[str]) -> list[str]:
    """Why the answer ended: each choice, the whole, or what a guard said."""
    found = [end for key in there for end in ends(body[key])] or ends(body)
    found += [end for path in keys.CUT_SHORT if (end := text(_at(body, path)))]
    if body.get("amazon-bedrock-guardrailAction") == "INTERVENED":
        found.append("guardrail_intervened")
    return found


def _failed(body: Body, fields: Fields) -> bool:
    """Whether a body tells of an error, and of which."""
    error = body.get("error")
    if not error and (body.get("type") == "error" or body.get("object") == "error" or _complains(body)):
        error = body
    if error.__class__ is dict and error:
        _fill(error, _ERROR_AT, fields)
    elif text(error):
        fields.setdefault("error.message", text(error))
    return bool(error)


def _complains(body: Body) -> bool:
    """Whether a body is a complaint without a frame, as frameworks and AWS write them."""
    said = body.get("message") or body.get("Message") or body.get("detail") or body.get("__type")
    return bool(said) and said.__class__ is not dict and body.keys() <= keys.COMPLAINT


def _is_embedding(body: Body) -> bool:
    data = body.get("data")
    first = data[0] if data.__class__ is list and data else body
    return first.__class__ is dict and not keys.EMBEDDINGS.isdisjoint(first)


def _definition(tool: Any) -> str:
    """A tool offered to the model, as JSON: its description is text that steers the model."""
    return written({key: part for key, part in tool.items() if key not in keys.CREDENTIALS} if tool.__class__ is dict else tool)


def _fill(body: Body, table: Table, fields: Fields) -> None:
    for key, readings in table.items():
        value = body.get(key)
        if value is not None:
            for name, convert, rest in readings:
                if name not in fields and (found := convert(_within(value, rest) if rest else value)) is not None:
                    fields[name] = found


def _at(body: Body, path: str) -> Any:
    key, _, rest = path.partition(".")
    return _within(body.get(key), tuple(rest.split("."))) if rest else body.get(key)


def _within(value: Any, path: tuple[str, ...]) -> Any:
    """What stands under the keys, in the first item where a list is on the way."""
    for key in path:
        if value.__class__ is list and value:
            value = value[0]
        if value.__class__ is not dict:
            return None
        value = value.get(key)
    return value
