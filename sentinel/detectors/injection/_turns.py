"""Made-up turns: a prompt that holds a dialogue in which a model obeys, again and again, so that one that reads it goes on so.

In: a text. Out: how much its turns say for an attack. Examples alone are how classifiers are prompted, so many of them say
little; many in which the answer opens as those do that give in say a lot.
"""

from __future__ import annotations

import re

from sentinel.scan import Pattern

_MODEL = r"(?:assistant|ai|answer|a|bot|gpt|chatgpt|model|[a-z]{0,8}gpt)"
# What the shared scan looks for: a model's turn. There must be a good many.
TURN = Pattern(rf"\n[ >*#]{{0,3}}{_MODEL}[*\]]{{0,2}}[ ]?:", caseless=True)
_TURNS = re.compile(rf"(?:^|\n)[ >*#]{{0,3}}{_MODEL}[*\]]{{0,2}}[ ]?:[ ]{{0,3}}\n?(.{{0,24}})", re.IGNORECASE)
_WILLING = re.compile(r"\W{0,3}(?:sure|of course|certainly|absolutely|yes|gladly|here(?:'s| is| are)|step (?:1|one)|first,|okay|ok\b|to (?:make|build|pick|get))",
                      re.IGNORECASE)
_FEW, _MANY, _MOST = 6, 30, 2_000


def weigh(text: str) -> float:
    """0.7 when most of at least six answers are willing, 0.2 for thirty others; else 0."""
    count = willing = 0
    for count, found in enumerate(_TURNS.finditer(text), 1):
        willing += _WILLING.match(found[1]) is not None
        if count == _MOST:
            break
    if count >= _FEW and 2 * willing > count:
        return 0.7
    return 0.2 if count >= _MANY else 0.0
