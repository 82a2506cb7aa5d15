"""The head that syslog and `journalctl` put before a program's line. In: a line. Out: what the program wrote, and when."""

from __future__ import annotations

import re

# `Nov 24 23:01:32 inference-01 ollama[1190]: `, also with an ISO time (`journalctl -o short-iso`)
_HEAD = re.compile(
    r"(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9}+)?+|\d{4}-\d\d-\d\dT[\d:.,]{8,20}+(?:Z|[+-]\d\d:?+\d\d)) "
    r"[^\s:\[\]]{1,255}+ [^\s:\[\]]{1,80}+(?:\[\d{1,10}+\])?+: ", re.ASCII)


def headless(line: str) -> tuple[str, str]:
    """The line without its head, and the head's time; the line and "" when it has none."""
    match = _HEAD.match(line)
    return (line[match.end():], match["time"]) if match else (line, "")
