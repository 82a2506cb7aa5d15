"""A guard may let too much through, never too little."""

from __future__ import annotations

import sys
from typing import Any

from hypothesis import given, settings

from sentinel.rules.glob import fold
from sentinel.rules.match.prefilter import ODD, Has, Is, Kept, Scanned, Unread, guard
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read.plan import plan
from sentinel.rules.rule import Detection, RuleInfo
from sentinel.scan import Pattern, Scan, text_of
from tests import make
from tests.rules import reference, strategies


@settings(max_examples=80, deadline=None)
@given(strategies.detections(), strategies.events)
def test_prefilter_and_match_agree_with_plain_match(detection: dict[str, Any], event: dict[str, Any]) -> None:
    ruleset = RuleSet([Detection(RuleInfo("r", "r", "low", ()), plan(detection))])
    # As in the pipeline: findings are added after the scan.
    before = {name: value for name, value in event.items() if not name.startswith("sentinel.")}
    hits = Scan(ruleset.patterns).hits(text_of(before))
    assert bool(ruleset.evaluate(make.event(event), hits)) == reference.matches(detection, event)


def test_the_scan_knows_every_folding_or_it_is_odd() -> None:
    """Every character of Unicode that folds with others: hyperscan finds it, or `ODD` does."""
    groups: dict[str, list[str]] = {}
    cased = [char for char in map(chr, range(sys.maxunicode + 1)) if char.casefold() != char or char.lower() != char]
    for char in {*cased, *map(fold, cased)}:
        groups.setdefault(fold(char), []).append(char)
    related = {folded: chars for folded, chars in groups.items() if len(chars) > 1}
    places = {folded: place for place, folded in enumerate(related)}
    scan = Scan([*(Pattern(folded, literal=True, caseless=True) for folded in related), ODD])
    missed = [char for folded, chars in related.items() for char in chars
              if not {places[folded], len(related)} & scan.hits(char)]
    assert missed == []


def test_odd_characters_are_rare() -> None:
    scan = Scan([ODD])
    common = "".join(chr(code) for code in [*range(0x17F), *range(0x370, 0x600), *range(0x3040, 0x3100), *range(0x4E00, 0x9FFF)])
    assert not scan.hits(common)


def guarded(selection: Any) -> set[Any] | None:
    found = guard(plan({"sel": selection, "condition": "sel"}))
    return None if found is None else set(found.atoms)


def test_the_sharpest_guard_is_chosen() -> None:
    assert guarded({"url.path": "/admin", "source.ip|cidr": "10.0.0.0/8"}) == {Scanned("/admin")}
    assert guarded({"f|contains": ["mimikatz", "rubeus"]}) == {Scanned("mimikatz"), Scanned("rubeus")}
    assert guarded({"f|contains|all": ["ab", "mimikatz"]}) == {Scanned("mimikatz")}
    assert guarded({"http.response.status_code": [401, 403]}) == {Is("http.response.status_code", v) for v in (401, "401", 403, "403")}
    assert guarded({"f|re": "(?:curl|wget) +http"}) == {Scanned("http")}
    assert guarded({"f|re": "[\U000E0020-\U000E007E]{8,}"}) == {Scanned("[\U000E0020-\U000E007E]{8,}", regex=True), Unread("f")}
    assert guarded({"f|re": "^[a-z]+$"}) == {Has("f")}


def test_keywords_are_looked_for_in_fields_that_are_not_scanned_too() -> None:
    assert guarded(["xp_cmdshell"]) == {Scanned("xp_cmdshell"), Kept("xp_cmdshell")}
    assert guard(plan({"sel": ["xp_cmdshell"], "condition": "sel"}), envelope=True) is None
    ruleset = RuleSet([Detection(RuleInfo("r", "r", "low", ()), plan({"sel": ["xp_cmdshell"], "condition": "sel"}))])
    for fields in ({"user.email": "XP_cmdshell@example.com"}, {"gen_ai.response.finish_reasons": ["stop", "xp_cmdshell"]}):
        assert not Scan(ruleset.patterns).hits(text_of(fields))
        assert ruleset.evaluate(make.event(fields), frozenset())
    assert not ruleset.evaluate(make.event({"user.email": "cmdshell@example.com"}), frozenset())


def test_what_a_number_could_hold_is_not_left_to_the_scan() -> None:
    assert guarded({"f|contains": "1.5"}) == {Has("f")}
    assert guarded({"f|contains": "e-07"}) == {Has("f")}
    assert guarded({"f|contains": "169.254.169.254"}) == {Scanned("169.254.169.254")}
    assert guarded({"f": "1.0"}) == {Is("f", "1.0"), Is("f", 1.0)}
    assert guarded({"f": "TRUE"}) == {Is("f", "true"), Is("f", True)}
    assert guarded({"f": "nan"}) == {Has("f")}


def test_findings_are_never_left_to_the_scan() -> None:
    assert guarded({"sentinel.prompt.pii.types": "CREDIT_CARD"}) == {Is("sentinel.prompt.pii.types", "credit_card")}
    assert guarded({"sentinel.prompt.pii.types|contains": "CREDIT"}) == {Has("sentinel.prompt.pii.types")}
    assert guarded({"sentinel.prompt.injection.score|gte": 0.8}) == {Has("sentinel.prompt.injection.score")}


def test_what_has_no_guard_is_always_looked_at() -> None:
    assert guarded({"f": None}) is None
    assert guarded({"f|exists": False}) is None
    assert guarded({"f|neq": "a"}) is None
    assert guarded({"@timestamp|hour": 3}) is None
    assert guarded({"log.file.path|endswith": "/access.log"}) is None
    assert guarded([{"f": "mimikatz"}, {"g": None}]) is None
    assert guarded([4711]) is None


def test_a_pattern_may_match_a_number() -> None:
    ruleset = RuleSet([Detection(RuleInfo("r", "r", "low", ()), plan({"sel": {"f|re": "4[0-9]{2}"}, "condition": "sel"}))])
    assert [bool(ruleset.evaluate(make.event({"f": value}), frozenset())) for value in (401, ["x", 401], "401", ["x"], 501)] == [
        True, True, False, False, False]


def test_numbers_are_not_in_the_scanned_text() -> None:
    assert guarded({"f|contains": "4711"}) == {Has("f")}
    assert guarded({"f|contains": "rue"}) == {Has("f")}
