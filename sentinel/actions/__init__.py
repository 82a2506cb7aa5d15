"""Actions: what a playbook's step can do. One file or one recipe each.

In: the config's `services:`. Out: every action there is, by name; those whose service the config names can be called.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sentinel import registry
from sentinel.actions import _recipe
from sentinel.actions._base import Action, Service
from sentinel.clock import Clock, SystemClock
from sentinel.config import mistakes, yaml
from sentinel.errors import ConfigError, Mistake

SHIPPED = Path(__file__).parent / "recipes"


def kinds(recipes: Sequence[Path] = ()) -> dict[str, type[Action]]:
    """Every action there is: Python's, the shipped recipes', and those of the user's folders.

    Raises: ConfigError with the mistakes of all recipes together.
    """
    found: dict[str, type[Action]] = dict(registry.find(sys.modules[__name__], Action, "sentinel.actions"))  # type: ignore[type-abstract]
    wrong: list[Mistake] = []
    for file, name in _files(recipes, wrong):
        try:
            loaded = _recipe.load(file, name)
        except ConfigError as error:
            wrong += error.mistakes
            continue
        for kind in loaded:
            if kind.name in found:
                wrong.append(Mistake(name, 0, f"actions.{kind.name}", "an action of this name is there already", "rename one"))
            found.setdefault(kind.name, kind)
    if wrong:
        raise ConfigError(wrong)
    return dict(sorted(found.items()))


def load(services: Mapping[str, Mapping[str, Any]], *, clock: Clock | None = None, recipes: Sequence[Path] = (),
         folder: Path | None = None, lines: yaml.Lines | None = None) -> dict[str, Action]:
    """Every action, made ready for the services that the config names.

    Args:
        services: the config's `services:`. recipes: folders or files of the user's own recipes.
        folder: the config file's; relative paths under `services:` are taken from it. lines: of the config file.

    Raises: ConfigError with every mistake in `services:` and in the recipes.
    """
    found, lines = kinds(recipes), lines or yaml.Lines("config")
    shapes: dict[str, type[Service]] = {kind.service: kind.Service for kind in found.values() if kind.service}
    settings: dict[str, Service] = {}
    wrong: list[Mistake] = []
    for name, values in services.items():
        shape = shapes.get(name)
        if shape is None:
            wrong.append(lines.mistake(("services", name), f"there is no service {name!r}", mistakes.nearest(name, list(shapes))))
            continue
        try:
            settings[name] = _from_folder(shape.model_validate(values), folder)
        except ValidationError as error:
            wrong += mistakes.of(error, lines, ("services", name), shape)
    if wrong:
        raise ConfigError(wrong)
    return {name: kind(settings.get(kind.service), clock or SystemClock()) for name, kind in found.items()}


def _files(recipes: Sequence[Path], wrong: list[Mistake]) -> Iterable[tuple[Path, str]]:
    for file in sorted(SHIPPED.glob("*.yaml")):
        yield file, f"recipes/{file.name}"
    for path in recipes:
        if not path.exists():
            wrong.append(Mistake(str(path), 0, "", "there is no recipe here", "check playbooks.recipes"))
        for file in sorted((*path.glob("*.yaml"), *path.glob("*.yml"))) if path.is_dir() else [path] * path.exists():
            yield file, str(file)


def _from_folder(settings: Service, folder: Path | None) -> Service:
    if folder is None:
        return settings
    return settings.model_copy(update={name: folder / value for name, value in settings if isinstance(value, Path) and value != Path("-")})
