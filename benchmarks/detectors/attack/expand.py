"""Texts from templates: the corpora in `corpora/*.yaml`, filled at random but the same for each seed.

In: a YAML file of `slots` (name -> alternatives) and `families` (name -> templates). Out: family, number of the template, and text.
`{name}` takes one alternative of a slot, `[a|b]` one of a and b, `{{` is a brace. Alternatives may hold slots again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

CORPORA = Path(__file__).parent / "corpora"
_SLOT = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_DEEPEST = 6


def texts(name: str, each: int, seed: int) -> Iterator[tuple[str, int, str]]:
    """`each` fillings of every template of `corpora/<name>.yaml`, without repeats."""
    # The project's own loader keeps lines for messages, which a corpus does not need.
    corpus = yaml.safe_load((CORPORA / f"{name}.yaml").read_text())
    rng = random.Random(f"{name}:{seed}")
    seen: set[str] = set()
    for family, templates in corpus["families"].items():
        for number, template in enumerate(templates):
            # Long ones are put together from more alternatives.
            for _ in range(each * 3 if family.startswith("long") else each):
                text = fill(template, corpus["slots"], rng)
                if text not in seen:
                    seen.add(text)
                    yield family, number, text


def fill(template: str, slots: dict[str, list[str]], rng: random.Random) -> str:
    """One filling of a template."""
    text = template.replace("{{", "\1").replace("}}", "\2")
    for _ in range(_DEEPEST):
        text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
        text = _SLOT.sub(lambda found: str(rng.choice(slots[found[1]])) if found[1] in slots else found[0], text)
    text = re.sub(r"(?<! ) {2,}", " ", text.replace("\1", "{").replace("\2", "}"))
    return text.strip()
