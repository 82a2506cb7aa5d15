"""What pydantic finds wrong with a file, as mistakes that name file, line and key and never quote the value.

The value may be a secret (a token in `services:`) or text from a log.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, get_args, get_origin

from sentinel.config.yaml import Key, Lines
from sentinel.errors import Mistake

if TYPE_CHECKING:  # what only asks for `nearest` does not wait for pydantic
    from pydantic import BaseModel, ValidationError


def of(error: ValidationError, lines: Lines, at: Sequence[Key] = (), model: type[BaseModel] | None = None) -> list[Mistake]:
    """Args: at: where in the file the validated value stands. model: what it was validated against, for suggestions."""
    return [_mistake(item, lines, tuple(at), model) for item in error.errors(include_input=False, include_url=False)]


def _mistake(item: Any, lines: Lines, at: tuple[Key, ...], model: type[BaseModel] | None) -> Mistake:
    inner = tuple(item["loc"])
    what, do = str(item["msg"]).removeprefix("Value error, "), ""
    if item["type"] == "extra_forbidden":
        what = f"unknown key {inner[-1]!r}"
        do = nearest(inner[-1], names(_standing_at(inner[:-1], model)))
    elif item["type"] == "missing":
        what, do = f"key {inner[-1]!r} is missing", "add it"
    # "URL scheme ..." stays as it is.
    return lines.mistake((*at, *inner), what if what[:2].isupper() else what[:1].lower() + what[1:], do)


def _standing_at(path: tuple[Key, ...], annotation: Any) -> type[BaseModel] | None:
    """The model of what stands at `path` in a value of this type."""
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            return annotation
        inner = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        return _standing_at(path[1:], inner.get(str(path[0])))
    rest = path[1:] if get_origin(annotation) in (list, dict) else path
    return next((found for one in get_args(annotation) if (found := _standing_at(rest, one))), None)


def names(model: type[BaseModel] | None) -> list[str]:
    """A model's keys as the file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def nearest(word: object, known: Iterable[str], otherwise: str | None = None) -> str:
    """What the person may have meant. Args: otherwise: said when nothing is near, in place of all that is known."""
    names = sorted(known)
    close = difflib.get_close_matches(str(word), names, 1)
    if close:
        return f"did you mean {close[0]!r}?"
    return (f"known here: {', '.join(names)}" if names else "remove it") if otherwise is None else otherwise


def reasons(error: ValidationError) -> str:
    """The same in one line, without a file: "key: string does not match"."""
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
                     for item in error.errors(include_input=False, include_url=False))
