"""Finds extensions: every module of a package without a leading underscore, plus entry points of other packages.

In: a package and a base class. Out: name -> class. Two of one name are refused, both files named.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from importlib.metadata import entry_points
from types import ModuleType
from typing import TypeVar

from sentinel.errors import SentinelError

T = TypeVar("T")


def find(package: ModuleType, base: type[T], group: str) -> dict[str, type[T]]:
    """All concrete subclasses of `base` under `package` and in the entry-point `group`, by their `name`.

    Raises: SentinelError when two classes have one name.
    """
    modules = [
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        if not info.name.rsplit(".", 1)[1].startswith("_")
    ]
    classes = [c for m in modules for c in _declared(m, base)]
    classes += [point.load() for point in entry_points(group=group)]
    found: dict[str, type[T]] = {}
    for cls in classes:
        name = str(cls.__dict__.get("name", ""))
        if name in found and found[name] is not cls:
            raise SentinelError(f"two extensions are named {name!r}: {_file(found[name])} and {_file(cls)}; rename one")
        found[name] = cls
    return dict(sorted(found.items()))


def _declared(module: ModuleType, base: type[T]) -> list[type[T]]:
    return [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, base) and cls.__module__ == module.__name__ and cls.__dict__.get("name")
    ]


def _file(cls: type) -> str:
    return str(getattr(sys.modules.get(cls.__module__), "__file__", None) or cls.__module__)
