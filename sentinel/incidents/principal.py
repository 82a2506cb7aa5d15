"""Who an event is about: the principal its rule names, or the narrowest one that it has.

In: a way to look up trusted fields, and where the event came from. Out: a `Principal`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sentinel.records.principal import KINDS, Principal

_FIELD = dict(KINDS)
_LABEL = {"key": "sentinel.key.alias", "team": "user.group.name"}
_MOST_CHARACTERS = 256


def principal(look: Callable[[str], Any], source: str, wanted: str = "") -> Principal:
    """The principal of kind `wanted` if there is one, else the narrowest: key, user, team, address, service, source.

    Args:
        look: gives a field's value or None; the caller hides fields that the client can forge.
        source: the event's; when it names nobody, that is all there is to go by.
    """
    kinds = ([wanted] if wanted in _FIELD else []) + [kind for kind, _ in KINDS]
    for kind in kinds if wanted != "source" else ():
        value = look(_FIELD[kind])
        if isinstance(value, str) and value:
            label = look(_LABEL[kind]) if kind in _LABEL else None
            return Principal(kind, value[:_MOST_CHARACTERS], str(label)[:_MOST_CHARACTERS] if label else "")
    return Principal("source", source)
