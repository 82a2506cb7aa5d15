"""A correlation beside two rules that it may listen to."""

from __future__ import annotations

import textwrap
from pathlib import Path

from sentinel.rules.loaded import Loaded
from sentinel.rules.read.load import load
from sentinel.rules.rule import Correlation

BASE = """
title: A
name: a
id: 6b13f121-07b7-4ed5-a9d2-ccc419442d53
logsource: {category: llm}
detection: {s: {f: x}, condition: s}
---
title: B
name: b
logsource: {category: llm}
detection: {s: {f: y}, condition: s}
"""


def read(folder: Path, correlation: str) -> Loaded:
    (folder / "r.yml").write_text(textwrap.dedent(BASE) + "---\ntitle: C\nname: c\ncorrelation: " + correlation)
    return load([folder])


def only(folder: Path, correlation: str) -> Correlation:
    loaded = read(folder, correlation)
    assert not loaded.mistakes, [str(m) for m in loaded.mistakes]
    rule = loaded.rules[-1]
    assert isinstance(rule, Correlation)
    return rule
