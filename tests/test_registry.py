import sys
import types

import pytest

from sentinel import registry
from sentinel.errors import SentinelError


class Base:
    name = ""


def package(monkeypatch: pytest.MonkeyPatch, modules: dict[str, dict[str, type]], tmp_path) -> types.ModuleType:
    for name in modules:
        (tmp_path / f"{name}.py").write_text("")
    made = types.ModuleType("extensions")
    made.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "extensions", made)
    for name, classes in modules.items():
        module = types.ModuleType(f"extensions.{name}")
        for cls_name, cls in classes.items():
            cls.__module__ = module.__name__
            setattr(module, cls_name, cls)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return made


def test_every_public_module_is_searched_and_private_ones_are_not(monkeypatch, tmp_path) -> None:
    one, hidden = type("One", (Base,), {"name": "one"}), type("Hidden", (Base,), {"name": "hidden"})
    found = registry.find(package(monkeypatch, {"a": {"One": one}, "_b": {"Hidden": hidden}}, tmp_path), Base, "no.group")
    assert found == {"one": one}


def test_two_of_one_name_are_refused(monkeypatch, tmp_path) -> None:
    a, b = type("A", (Base,), {"name": "same"}), type("B", (Base,), {"name": "same"})
    with pytest.raises(SentinelError, match="'same'"):
        registry.find(package(monkeypatch, {"a": {"A": a}, "b": {"B": b}}, tmp_path), Base, "no.group")
