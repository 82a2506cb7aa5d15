"""Where correlations keep what they remember: the journal's sections, or plain memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Protocol


class Section(Protocol):
    """A bounded map of text keys to msgpack-able values; the least recently used go. See `journal.state.Section`."""

    evicted: int

    def get(self, key: str) -> Any: ...

    def put(self, key: str, value: Any, at: int = 0) -> None: ...

    def keys(self) -> Iterable[str]: ...


Sections = Callable[[str], Section]


class InMemory:
    """A section in memory, for one reading of a file and for cases."""

    def __init__(self, most: int = 100_000) -> None:
        self.evicted, self._most = 0, most
        # Not a plain dict: finding the first key of one takes as long as many have been taken from its front.
        self._values: OrderedDict[str, Any] = OrderedDict()

    def get(self, key: str) -> Any:
        return self._values.get(key)

    def put(self, key: str, value: Any, at: int = 0) -> None:
        self._values.pop(key, None)
        if value is None:
            return
        self._values[key] = value
        if len(self._values) > self._most:
            self._values.popitem(last=False)
            self.evicted += 1

    def keys(self) -> Iterable[str]:
        return list(self._values)


def in_memory() -> Sections:
    """Sections that live as long as what is returned."""
    sections: dict[str, InMemory] = {}

    def section(owner: str) -> InMemory:
        return sections.setdefault(owner, InMemory())

    return section
