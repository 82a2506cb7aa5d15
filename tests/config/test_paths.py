from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.config import paths
from sentinel.errors import ConfigError


def test_paths_are_read_from_a_config_that_is_wrong_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("rules: [r, /abs]\nplaybooks: {paths: [p], modus: x}\nformats: 3\n")
    assert paths.listed(file, "rules") == [tmp_path / "r", Path("/abs")]
    assert paths.listed(file, "playbooks", "paths") == [tmp_path / "p"]
    assert paths.listed(file, "formats") == [] and paths.listed(file, "none", "of", "it") == []
    assert paths.has(file, "playbooks", "modus") and not paths.has(file, "elasticsearch")


def test_what_is_no_yaml_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("a: [")
    with pytest.raises(ConfigError):
        paths.listed(tmp_path / "c.yaml", "rules")
