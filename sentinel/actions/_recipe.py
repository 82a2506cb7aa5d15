"""HTTP actions written in YAML: `check`, `do`, `undo`, each a request and what a good reply looks like.

In: a recipe file. Out: one `Action` class for each action in it. Only what `keep:` names leaves a reply: replies may
hold live secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote, urlencode

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, ValidationError, create_model

from sentinel import template
from sentinel.actions._base import Action, Call, Context, Failed, Outcome, Params, Service, Skipped, State
from sentinel.actions._http import Reply, client, failure, send
from sentinel.clock import Clock
from sentinel.config import mistakes, yaml
from sentinel.errors import ConfigError, Mistake


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ParamText(_Text):
    """One parameter, or one key under `services:`."""

    type: Literal["string", "integer", "boolean", "url", "secret"]
    description: str
    pattern: str = ""
    default: Any = None


class RequestText(_Text):
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str = Field(pattern="^/")
    query: dict[str, str] = {}
    json_: Any = Field(default=None, alias="json")


class GoodText(_Text):
    """Which replies are good: by status, and by a condition on `reply` (its JSON)."""

    status: list[int] = Field(min_length=1)
    if_: str = Field(default="", alias="if")


class MissingText(_Text):
    """Which replies say that the target does not exist."""

    status: list[int]
    say: str


class StageText(_Text):
    """A request and what its replies mean. keep: name -> expression on `reply`; nothing else of it is kept."""

    request: RequestText
    ok: GoodText
    missing: MissingText | None = None
    keep: dict[str, str] = {}
    say: str = ""


class TargetText(_Text):
    field: str
    value: str


class RefuseText(_Text):
    if_: str = Field(alias="if")
    say: str


class ActionText(_Text):
    """One action. Its declaration is that of `Action`."""

    description: str
    with_: dict[str, ParamText] = Field(alias="with")
    reversible: bool
    idempotent: bool
    contains: bool
    scope: str
    needs: str
    latency_seconds: int = 0
    target: TargetText | None = None
    refuse: RefuseText | None = None
    check: StageText
    done: str
    do: StageText
    verify: bool = True
    undo: StageText | None = None
    examples: list[dict[str, Any]] = Field(min_length=1)


class RecipeText(_Text):
    """A recipe file."""

    service: str = Field(pattern="^[a-z][a-z0-9_]{0,40}$")
    description: str
    settings: dict[str, ParamText]
    headers: dict[str, str] = {}
    probe: StageText | None = None
    actions: dict[str, ActionText] = Field(min_length=1)


class Recipe(Action):
    """An action of a recipe; `load` makes one subclass for each."""

    text: ClassVar[ActionText]
    recipe: ClassVar[RecipeText]

    def __init__(self, settings: Any, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        super().__init__(settings, clock)
        self._client = client(transport) if settings is not None else None
        self._service = {} if settings is None else {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value).rstrip("/")
            if isinstance(value, HttpUrl) else value for name, value in settings}

    def target(self, given: Params) -> tuple[str, str] | None:
        wanted = self.text.target
        return (wanted.field, str(template.render(wanted.value, given.model_dump()))) if wanted else None

    def refuse(self, given: Params) -> str:
        rule = self.text.refuse
        return rule.say if rule and template.holds(rule.if_, {**given.model_dump(), "service": self._service}) else ""

    def check(self, given: Params, context: Context) -> State:
        return self._call(self.text.check, given.model_dump(), context)

    def done(self, given: Params, context: Context, state: State) -> bool:
        return template.holds(self.text.done, {**given.model_dump(), "state": state})

    def do(self, given: Params, context: Context) -> Outcome:
        kept = self._call(self.text.do, given.model_dump(), context)
        return Outcome(True, self.text.do.say, kept)

    def verify(self, given: Params, context: Context) -> None:
        if self.text.verify and not self.done(given, context, self.check(given, context)):
            raise Failed(f"{self.name}: the service took the call, but the effect is not there", retry=True, unknown=True)

    def undo(self, given: Params, context: Context) -> Outcome:
        if self.text.undo is None:
            raise Failed(f"{self.name} cannot be undone")
        if not self.done(given, context, self.check(given, context)):
            return Outcome(False, "somebody else had lifted it before")
        kept = self._call(self.text.undo, given.model_dump(), context)
        if self.done(given, context, self.check(given, context)):
            raise Failed(f"{self.name}: the service took the undoing, but the effect is still there", retry=True)
        return Outcome(True, self.text.undo.say, kept)

    def plan(self, given: Params, context: Context) -> list[Call]:
        method, url, body = self._request(self.text.do.request, given.model_dump())
        return [Call(f"{method} {url}" + (f" {msgspec.json.encode(body).decode()}" if body is not None else ""))]

    def probe(self) -> str:
        stage = self.recipe.probe
        if stage is None:
            return "configured"
        self._call(stage, {}, Context(step="probe", run="probe", incident={}, now=self.clock.now()))
        return stage.say

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _request(self, text: RequestText, given: Mapping[str, Any]) -> tuple[str, str, Any]:
        """(method, whole URL, body). Values go where a URL or JSON encodes them, never into the path as they are."""
        names = {**given, "service": self._service}
        query = {key: str(template.render(value, names)) for key, value in text.query.items()}
        path = template.render(text.path, {key: quote(str(value), safe="") for key, value in given.items()})
        url = f"{self._service['url']}{path}" + (f"?{urlencode(query)}" if query else "")
        return text.method, url, template.render(text.json_, names)

    def _call(self, stage: StageText, given: Mapping[str, Any], context: Context) -> State:
        assert self._client is not None
        method, url, body = self._request(stage.request, given)
        what = f"{method} {stage.request.path}"
        changes = stage.request.method != "GET"
        headers = {name: str(template.render(value, {"service": self._service, "run": context.run, "step": context.step}))
                   for name, value in self.recipe.headers.items()}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["content-type"] = "application/json"
        reply = send(self._client, self.clock, method, url, what=what, timeout_seconds=context.timeout_seconds,
                     changes=changes, headers=headers, content=content)
        return _judge(stage, reply, what, changes)


def _judge(stage: StageText, reply: Reply, what: str, changes: bool) -> State:
    """What is kept of a good reply. Raises: Skipped, Failed."""
    if stage.missing and reply.status in stage.missing.status:
        raise Skipped(stage.missing.say)
    if reply.status not in stage.ok.status:
        raise failure(reply, what, changes=changes)
    names = {"reply": reply.body}
    try:
        if stage.ok.if_ and not template.holds(stage.ok.if_, names):
            raise Failed(f"{what}: the reply does not say that it was done", retry=True, unknown=changes)
        kept: State = template.render(dict(stage.keep), names)
    except template.Unrenderable as error:
        raise Failed(f"{what}: the reply is not as documented", retry=True, unknown=changes) from error
    return kept


def load(file: Path, name: str = "") -> list[type[Recipe]]:
    """The actions of a recipe file. Args: name: how mistakes call the file. Raises: ConfigError."""
    raw, lines = yaml.load(file, name)
    try:
        recipe = RecipeText.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(mistakes.of(error, lines, (), RecipeText)) from error
    wrong = _faults(recipe, lines)
    if wrong:
        raise ConfigError(wrong)
    settings = _model("Settings", Service, recipe.settings)
    return [_class(recipe, verb, text, settings) for verb, text in recipe.actions.items()]


def _class(recipe: RecipeText, verb: str, text: ActionText, settings: type[BaseModel]) -> type[Recipe]:
    return type(verb.title().replace("_", ""), (Recipe,), {
        "__doc__": text.description, "__module__": __name__, "name": f"{recipe.service}.{verb}", "text": text, "recipe": recipe,
        "With": _model("With", Params, text.with_), "Service": settings, "service": recipe.service,
        "reversible": text.reversible, "idempotent": text.idempotent, "contains": text.contains, "scope": text.scope,
        "needs": text.needs, "latency_seconds": text.latency_seconds,
    })


_TYPES: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "url": HttpUrl, "secret": SecretStr}


def _model(name: str, base: type[BaseModel], params: Mapping[str, ParamText]) -> type[Any]:
    fields: dict[str, Any] = {}
    for key, text in params.items():
        limits: dict[str, Any] = {"description": text.description}
        if text.type == "string":
            limits |= {"max_length": 1024, **({"pattern": text.pattern} if text.pattern else {})}
        default = ... if text.default is None else text.default
        fields[key] = (_TYPES[text.type], Field(default, **limits))
    return create_model(name, __base__=base, **fields)


def _faults(recipe: RecipeText, lines: yaml.Lines) -> list[Mistake]:
    """Templates and conditions that could never be worked out."""
    found: list[Mistake] = []

    def look(value: Any, known: set[str], *at: yaml.Key, condition: bool = False) -> None:
        found.extend(lines.mistake((*at, *path), what)
                     for path, what in template.faults(value, frozenset(known), condition=condition))

    look(recipe.headers, {"service", "run", "step"}, "headers")
    if "url" not in recipe.settings:
        found.append(lines.mistake(("settings",), "key 'url' is missing", "say where the service answers"))
    for verb, text in recipe.actions.items():
        given, at = set(text.with_), ("actions", verb)
        look(text.done, {*given, "state"}, *at, "done", condition=True)
        if text.refuse:
            look(text.refuse.if_, {*given, "service"}, *at, "refuse", "if", condition=True)
        if text.target:
            look(text.target.value, given, *at, "target", "value")
        elif text.contains:
            found.append(lines.mistake(at, "contains: true needs a target", "say which event field it closes"))
        for name, stage in (("check", text.check), ("do", text.do), ("undo", text.undo)):
            if stage is not None:
                look(stage.request.path, given, *at, name, "request", "path")
                look(stage.request.query, {*given, "service"}, *at, name, "request", "query")
                look(stage.request.json_, {*given, "service"}, *at, name, "request", "json")
                look(stage.keep, {"reply"}, *at, name, "keep")
                if stage.ok.if_:
                    look(stage.ok.if_, {"reply"}, *at, name, "ok", "if", condition=True)
    return found
