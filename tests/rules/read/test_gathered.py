from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from sentinel.config import yaml
from sentinel.rules.read.gathered import Gathered, told
from sentinel.rules.tree import Wrong


def no(*path: str) -> NoReturn:
    raise Wrong("no", "yes", path, (Wrong("nor this", path=("b",)),) if path == ("a",) else ())


def test_reading_goes_on_and_all_is_told(tmp_path: Path) -> None:
    found = Gathered()
    assert found.take(lambda: 1, 0) == 1
    found.check()
    assert found.take(lambda: no("a"), 2) == 2 and found.take(lambda: no("c"), 3) == 3
    with pytest.raises(Wrong) as error:
        found.check()
    (tmp_path / "r.yml").write_text("a: 1\nb: 2\nc: 3\n")
    [(_, lines)] = yaml.load_all(tmp_path / "r.yml")
    assert [str(one).removeprefix(f"{tmp_path}/") for one in told(error.value.below(), lines)] == [
        "r.yml:1: a: no; yes", "r.yml:2: b: nor this", "r.yml:3: c: no; yes"]
