"""Reads playbooks, whole, before any is used.

In: files and folders of YAML, and the actions there are. Out: the playbooks, and every mistake in them by file, line
and key. What must not stop the daemon (a service that is not configured here) is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sentinel import template
from sentinel.actions._base import Action
from sentinel.config import mistakes, yaml
from sentinel.errors import ConfigError, Mistake

# What a step's templates may name; `step.names` fills them.
KNOWN = frozenset({"incident", "principal", "entity", "steps", "run"})


class On(BaseModel):
    """Which incidents a playbook answers: each key that is written must match; within a list one is enough.

    Attributes:
        rules: ids of rules that fired. tags: tags of theirs. stories: the incident's story.
        level: the least severity.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    rules: list[str] = []
    tags: list[str] = []
    stories: list[str] = []
    level: Literal["informational", "low", "medium", "high", "critical"] | None = None


class StepText(BaseModel):
    """One step as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    uses: str
    with_: dict[str, Any] = Field(default={}, alias="with")
    if_: str = Field(default="", alias="if")
    retry: int = Field(default=8, ge=1, le=50)
    timeout: float = Field(default=10, ge=0.1, le=120)


class PlaybookText(BaseModel):
    """A playbook file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,60}$")
    description: str = ""
    on: On
    mode: Literal["observe", "act"] = "act"
    steps: list[StepText] = Field(min_length=1, max_length=50)


class Playbook(Struct, frozen=True):
    """A playbook that may be used.

    Attributes: version: derived from the file's text; a run says which one it began with. file: where it is.
    """

    name: str
    description: str
    on: On
    mode: str
    steps: tuple[StepText, ...]
    version: str
    file: str


class Loaded(Struct, frozen=True):
    playbooks: list[Playbook]
    mistakes: list[Mistake]
    warnings: list[Mistake]


def load(paths: Iterable[Path], actions: Mapping[str, Action]) -> Loaded:
    """Every playbook of these files and folders (`*.yml`, `*.yaml`). Never raises: mistakes are in the result."""
    loaded = Loaded([], [], [])
    by_name: dict[str, str] = {}
    for path in paths:
        files = _files(path)
        if not files:
            loaded.mistakes.append(Mistake(str(path), 0, "", "there is no playbook here", "check playbooks.paths"))
        for file in files:
            _read(file, actions, by_name, loaded)
    return loaded


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.exists() else []
    return sorted(file for file in path.iterdir() if file.suffix in (".yml", ".yaml") and not file.name.startswith("."))


def _read(file: Path, actions: Mapping[str, Action], by_name: dict[str, str], loaded: Loaded) -> None:
    try:
        raw, lines = yaml.load(file)
        text = PlaybookText.model_validate(raw)
    except ConfigError as error:
        loaded.mistakes.extend(error.mistakes)
        return
    except ValidationError as error:
        loaded.mistakes.extend(mistakes.of(error, lines, (), PlaybookText))
        return
    found = [*_on(text.on, lines), *_steps(text.steps, actions, lines, loaded.warnings)]
    if text.name in by_name:
        found.append(lines.mistake(("name",), f"{by_name[text.name]} has this name too", "rename one"))
    by_name.setdefault(text.name, str(file))
    loaded.mistakes.extend(found)
    if not found:
        version = blake2b(file.read_bytes(), digest_size=6).hexdigest()
        loaded.playbooks.append(Playbook(text.name, text.description, text.on, text.mode, tuple(text.steps), version,
                                         str(file)))


def _on(on: On, lines: yaml.Lines) -> Iterable[Mistake]:
    if not (on.rules or on.tags or on.stories or on.level):
        yield lines.mistake(("on",), "matches nothing", "write level: informational to answer every incident")


def _steps(steps: Sequence[StepText], actions: Mapping[str, Action], lines: yaml.Lines,
           warnings: list[Mistake]) -> Iterable[Mistake]:
    seen: set[str] = set()
    for index, step in enumerate(steps):
        at: tuple[yaml.Key, ...] = ("steps", index)
        if step.name in seen:
            yield lines.mistake((*at, "name"), f"two steps are named {step.name!r}", "rename one")
        seen.add(step.name)
        for what in _condition(step):
            yield lines.mistake((*at, "if"), what)
        for path, what in template.faults(step.with_, KNOWN):
            yield lines.mistake((*at, "with", *path), what)
        action = actions.get(step.uses)
        if action is None:
            yield lines.mistake((*at, "uses"), f"there is no action {step.uses!r}", mistakes.nearest(step.uses, list(actions)))
            continue
        if not action.configured:
            warnings.append(lines.mistake((*at, "uses"), f"services.{action.service} is not in the config, so this step "
                                          "will be skipped", f"add services.{action.service}"))
        yield from _given(step, action, lines, (*at, "with"))


def _condition(step: StepText) -> Iterable[str]:
    if step.if_:
        for _, what in template.faults(step.if_, KNOWN, condition=True):
            yield what


def _given(step: StepText, action: Action, lines: yaml.Lines, at: tuple[yaml.Key, ...]) -> Iterable[Mistake]:
    """What is wrong with the parameters, as far as it can be known before their templates are worked out."""
    templated = {key for key, value in step.with_.items() if "{{" in str(value)}
    try:
        action.With.model_validate(step.with_)
    except ValidationError as error:
        for mistake, item in zip(mistakes.of(error, lines, at, action.With), error.errors(), strict=True):
            if item["loc"][0] not in templated or item["type"] == "extra_forbidden":
                yield mistake
