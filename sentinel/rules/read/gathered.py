"""What is wrong with a rule, gathered: whoever mends one mistake should not have to come back for the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sentinel.config.yaml import Lines
from sentinel.errors import ConfigError, Mistake
from sentinel.rules.tree import Wrong

T = TypeVar("T")


class Gathered:
    """Takes what can be read of a rule, and tells all that cannot be at once."""

    def __init__(self) -> None:
        self._wrong: list[Wrong] = []

    def take(self, make: Callable[[], T], instead: T) -> T:
        """What it makes; where that is Wrong, `instead`, with which reading goes on."""
        try:
            return make()
        except Wrong as wrong:
            self._wrong += (wrong, *wrong.others)
            return instead

    def check(self) -> None:
        """Raises: Wrong: the first, with the others."""
        if self._wrong:
            first, *others = self._wrong
            raise Wrong(first.what, first.do, first.path, tuple(others)) from first


def told(wrong: Wrong, lines: Lines) -> list[Mistake]:
    """With their places."""
    return [lines.mistake(one.path, one.what, one.do) for one in (wrong, *wrong.others)]


def together(around: ConfigError, make: Callable[[], object], lines: Lines, *below: str) -> ConfigError:
    """What is wrong around a detection or correlation, and within it, by line. Args: below: where it stands that `make` reads."""
    try:
        make()
    except Wrong as wrong:
        return ConfigError(sorted([*around.mistakes, *told(wrong.below(*below), lines)], key=lambda one: one.line))
    return around
