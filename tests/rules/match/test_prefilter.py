"""A guard may let too much through, never too little."""

from __future__ import annotations

import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.glob import fold
from sentinel.rules.match.guard import guard
from sentinel.rules.match.prefilter import ODD, Index
from sentinel.rules.match.presence import groups
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read.plan import plan
from sentinel.rules.rule import Detection, RuleInfo
from sentinel.scan import Pattern, Scan, text_of
from tests import make
from tests.rules import reference, strategies


@given(strategies.detections(), strategies.events)
def test_prefilter_and_match_agree_with_plain_match(detection: dict[str, Any], event: dict[str, Any]) -> None:
    ruleset = RuleSet([Detection(RuleInfo("r", "r", "low", ()), plan(detection))])
    # As in the pipeline: findings are added after the scan.
    before = {name: value for name, value in event.items() if not name.startswith("sentinel.")}
    hits = Scan(ruleset.patterns).hits(text_of(before))
    assert bool(ruleset.evaluate(make.event(event), hits)) == reference.matches(detection, event)


@given(st.lists(strategies.detections(), min_size=2, max_size=5), st.lists(strategies.events, min_size=2, max_size=3))
def test_what_rules_are_together_changes_nothing(detections: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
    """Which guard is best depends on the other rules, and what is remembered of one event serves the next."""
    rules = [Detection(RuleInfo(str(n), "r", "low", ()), plan(detection)) for n, detection in enumerate(detections)]
    ruleset = RuleSet(rules, reasons=False)
    scan = Scan(ruleset.patterns)
    for event in [*events, *events]:
        before = {name: value for name, value in event.items() if not name.startswith("sentinel.")}
        fired = ruleset.evaluate(make.event(event), scan.hits(text_of(before)))
        assert [one.rule.id for one in fired] == [str(n) for n, one in enumerate(detections) if reference.matches(one, event)]


def test_rules_that_lack_a_field_are_not_looked_at() -> None:
    trees = [plan({"s": {"f": None}, "condition": "s"}), plan({"s": {"g|contains": "x"}, "condition": "s"}),
             plan({"s": {"f|exists": True, "g": 4}, "condition": "s"})]
    index = Index(((n, guard(tree), groups(tree)) for n, tree in enumerate(trees)), {}, 0)
    assert index.candidates({"h": 1}, frozenset()) == (0,)
    assert index.candidates({"g": 4}, frozenset()) == (0, 1)
    assert index.candidates({"g": 4, "f": 1}, frozenset()) == (0, 1, 2)
    assert index.candidates({"g": 5, "f": 1}, frozenset()) == (0, 1)


def test_the_scan_knows_every_folding_or_it_is_odd() -> None:
    """Every character of Unicode that folds with others: hyperscan finds it, or `ODD` does."""
    groups: dict[str, list[str]] = {}
    cased = [char for char in map(chr, range(sys.maxunicode + 1)) if char.casefold() != char or char.lower() != char]
    for char in {*cased, *map(fold, cased)}:
        groups.setdefault(fold(char), []).append(char)
    related = {folded: chars for folded, chars in groups.items() if len(chars) > 1}
    places = {folded: place for place, folded in enumerate(related)}
    scan = Scan([*(Pattern(folded, literal=True, caseless=True, simple=True) for folded in related), ODD])
    missed = [char for folded, chars in related.items() for char in chars
              if not {places[folded], len(related)} & scan.hits(char)]
    assert missed == []


def test_odd_characters_are_rare() -> None:
    scan = Scan([ODD])
    common = "".join(chr(code) for code in [*range(0x17F), *range(0x370, 0x600), *range(0x3040, 0x3100), *range(0x4E00, 0x9FFF)])
    assert not scan.hits(common)


def test_texts_full_of_words_make_no_memory_grow() -> None:
    rules = [Detection(RuleInfo(f"r{n}", "r", "low", ()), plan({"sel": {"f|contains": f"word{n:05}x"}, "condition": "sel"})) for n in range(1500)]
    ruleset = RuleSet(rules)
    event = make.event({"f": " ".join(f"word{n:05}x" for n in range(1500))})
    assert len(ruleset.evaluate(event, Scan(ruleset.patterns).hits(text_of(event.fields)))) == 1500
    [index] = ruleset._indexes.values()
    assert len(index._shaped_again(("f",)).scanned) < 1500
