"""What pydantic finds wrong with a file, as mistakes that name file, line and key and never quote the value.

The value may be a secret (a token in `services:`) or text from a log.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from sentinel.config.yaml import Key, Lines
from sentinel.errors import Mistake


def of(error: ValidationError, lines: Lines, at: Sequence[Key] = (), model: type[BaseModel] | None = None) -> list[Mistake]:
    """Args: at: where in the file the validated value stands. model: what it was validated against, for suggestions."""
    return [_mistake(item, lines, tuple(at), model) for item in error.errors(include_input=False, include_url=False)]


def _mistake(item: Any, lines: Lines, at: tuple[Key, ...], model: type[BaseModel] | None) -> Mistake:
    inner = tuple(item["loc"])
    what, do = str(item["msg"]).removeprefix("Value error, "), ""
    if item["type"] == "extra_forbidden":
        what = f"unknown key {inner[-1]!r}"
        do = nearest(str(inner[-1]), names(model)) if len(inner) == 1 else "remove it or correct its spelling"
    elif item["type"] == "missing":
        what, do = f"key {inner[-1]!r} is missing", "add it"
    # "URL scheme ..." stays as it is.
    return lines.mistake((*at, *inner), what if what[:2].isupper() else what[:1].lower() + what[1:], do)


def names(model: type[BaseModel] | None) -> list[str]:
    """A model's keys as the file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def nearest(word: str, known: Sequence[str]) -> str:
    """What the person may have meant."""
    close = difflib.get_close_matches(word, known, 1)
    return f"did you mean {close[0]!r}?" if close else (f"known here: {', '.join(sorted(known))}" if known else "remove it")


def reasons(error: ValidationError) -> str:
    """The same in one line, without a file: "key: string does not match"."""
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
                     for item in error.errors(include_input=False, include_url=False))
