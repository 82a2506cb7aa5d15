"""A rule about refusals, a correlation over it, and their cases."""

from __future__ import annotations

import textwrap
from pathlib import Path

from sentinel.rules.author.cases import Result, run

RULE = """
title: Refused
name: refused
logsource: {category: webserver}
detection: {s: {http.response.status_code: 401}, condition: s}
---
title: Burst
name: burst
correlation: {type: event_count, rules: [refused], group-by: [source.ip], timespan: 10s, condition: {gte: 3}}
"""
THREE = "{repeat: 3, every: 2s, fields: {source.ip: 192.0.2.1, http.response.status_code: 401}}"


def results(folder: Path, cases: str, rule: str = RULE) -> list[Result]:
    (folder / "burst.yml").write_text(rule)
    (folder / "burst.cases.yml").write_text(textwrap.dedent(cases))
    return list(run([folder]))
