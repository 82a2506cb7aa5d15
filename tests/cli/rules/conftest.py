"""The rules that the commands are tried on."""

from __future__ import annotations

GOOD = """\
title: A forbidden word
id: 11111111-2222-4333-8444-555555555555
level: high
logsource: {category: llm}
detection:
  sel:
    gen_ai.prompt|contains: forbidden
  condition: sel
"""
BAD = GOOD.replace("contains", "containz").replace("1111-2222", "1112-2222")
