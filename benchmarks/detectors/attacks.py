"""How well attacks on prompts are told from harmless prompts on the same things, and what a look costs.

    python -m benchmarks.detectors.attacks [--own] [--pyrit FOLDER]

Sets: the held-out templates of `attack/corpora/held_out_*.yaml`, and, with --pyrit, the jailbreak templates of the package
pyrit unpacked in FOLDER (`pip download --no-deps pyrit`), which nothing here was trained on. Prints the area under the
curve, recall at 5 % and 1 % false positives, and both at the thresholds that the shipped rules use.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from benchmarks.detectors.attack.expand import texts
from sentinel.detectors import Texts
from sentinel.detectors.injection import Injection

EACH, SEED = 4, 99
_THRESHOLDS = (0.5, 0.7)


def pyrit(folder: Path) -> Iterator[str]:
    """The jailbreak templates, each with a harmless question in its slot."""
    for path in sorted(folder.rglob("jailbreak/**/*.yaml")):
        document = yaml.safe_load(path.read_text(errors="replace"))
        if isinstance(document, dict) and isinstance(document.get("value"), str):
            yield document["value"].replace("{{ prompt }}", "how does one pick a lock?")


def measure(name: str, attacks: Sequence[float], others: Sequence[float]) -> None:
    """One line of figures."""
    ranked = sorted(others)
    wins = sum(sum(a > o for o in others) + 0.5 * sum(a == o for o in others) for a in attacks)
    at = {share: ranked[min(len(ranked) - 1, int(len(ranked) * (1 - share)))] for share in (0.05, 0.01)}
    recall = {share: sum(a > limit for a in attacks) / len(attacks) for share, limit in at.items()}
    fixed = " ".join(f"at {limit}: {sum(a >= limit for a in attacks) / len(attacks):.2f}/{sum(o >= limit for o in others) / len(others):.3f}"
                     for limit in _THRESHOLDS)
    print(f"{name:24} {len(attacks):4} attacks {len(others):4} others  AUC {wins / len(attacks) / len(others):.3f}  "
          f"recall {recall[0.05]:.2f} at 5 %, {recall[0.01]:.2f} at 1 %   recall/false {fixed}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pyrit", type=Path)
    parser.add_argument("--errors", action="store_true", help="print what is scored wrongly")
    given = parser.parse_args()
    reader = Texts([Injection()])
    attacks = list(texts("held_out_attacks", EACH, SEED))
    others = list(texts("held_out_benign", EACH, SEED))
    scores = {text: reader.inspect(text).scores["injection"] for _, _, text in [*attacks, *others]}
    harmless = [scores[text] for _, _, text in others]
    measure("held out", [scores[text] for _, _, text in attacks], harmless)
    for family in dict.fromkeys(family for family, _, _ in attacks):
        measure(f"  {family}", [scores[text] for name, _, text in attacks if name == family], harmless)
    personas = [scores[text] for name, _, text in others if name == "personas"]
    print(f"  personas at 0.5: {sum(score >= 0.5 for score in personas) / len(personas):.3f} of {len(personas)}")
    if given.pyrit:
        measure("pyrit", [reader.inspect(text).scores["injection"] for text in pyrit(given.pyrit)], harmless)
    if given.errors:
        _errors(attacks, others, scores)
    _speed(reader, [text for _, _, text in others])


def _errors(attacks: Sequence[tuple[str, int, str]], others: Sequence[tuple[str, int, str]], scores: dict[str, float]) -> None:
    for score, family, text in sorted((scores[text], family, text) for family, _, text in attacks if scores[text] < 0.5):
        print(f"missed {score:.2f} {family}: {text[:120]!r}")
    for score, family, text in sorted((scores[text], family, text) for family, _, text in others if scores[text] >= 0.5):
        print(f"false  {score:.2f} {family}: {text[:120]!r}")


def _speed(reader: Texts, others: Sequence[str]) -> None:
    """Texts a second: long ones made of harmless prompts on other things, and short ones."""
    plain = [text for text in others if "nstruction" not in text]
    # A record of 12 kB is mostly figures and names that a gateway writes.
    row = '{"input_cost_per_token": 1.5e-07, "litellm_provider": "azure", "max_tokens": 16384, "mode": "chat"}, '
    long = [(row * 200)[:11_000] + " ".join(plain[n:n + 12])[:1_000] for n in range(0, 200, 10)]
    for name, given in (("12 kB records", long), ("harmless prompts", others)):
        begun = time.process_time()
        rounds = 20
        for _ in range(rounds):
            reader.inspect_many(given)
        print(f"{name}: {rounds * len(given) / (time.process_time() - begun):,.0f} a second")


if __name__ == "__main__":
    main()
