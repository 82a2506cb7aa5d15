"""The guard of a tree: the rarest of what would do."""

from __future__ import annotations

from typing import Any

from sentinel.rules.match.guard import Guards, Has, Is, Scanned, Unread, Unscanned, guard
from sentinel.rules.match.rarity import Rarity
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read.plan import plan
from sentinel.rules.rule import Detection, RuleInfo
from sentinel.scan import Scan, text_of
from tests import make


def guarded(selection: Any) -> set[Any] | None:
    found = guard(plan({"sel": selection, "condition": "sel"}))
    return None if found is None else set(found.atoms)


def test_the_sharpest_guard_is_chosen() -> None:
    assert guarded({"url.path": "/admin", "source.ip|cidr": "10.0.0.0/8"}) == {Is("url.path", "/admin")}
    assert guarded({"f|contains": ["mimikatz", "rubeus"]}) == {Scanned("mimikatz"), Scanned("rubeus")}
    assert guarded({"f|contains|all": ["ab", "mimikatz"]}) == {Scanned("mimikatz")}
    assert guarded({"http.response.status_code": [401, 403]}) == {Is("http.response.status_code", v) for v in (401, "401", 403, "403")}
    assert guarded({"f|re": "(?:curl|wget) +http"}) == {Scanned("http")}
    assert guarded({"f|re": "[\U000E0020-\U000E007E]{8,}"}) == {Scanned("[\U000E0020-\U000E007E]{8,}", regex=True), Unread("f")}
    assert guarded({"f|re": "^[a-z]+$"}) == {Has("f")}


def test_keywords_are_looked_for_in_fields_that_are_not_scanned_too() -> None:
    assert guarded(["xp_cmdshell"]) == {Scanned("xp_cmdshell"), Unscanned("xp_cmdshell")}
    assert guard(plan({"sel": ["xp_cmdshell"], "condition": "sel"}), envelope=True) is None
    ruleset = RuleSet([Detection(RuleInfo("r", "r", "low", ()), plan({"sel": ["xp_cmdshell"], "condition": "sel"}))])
    for fields in ({"user.email": "XP_cmdshell@example.com"}, {"gen_ai.response.finish_reasons": ["stop", "xp_cmdshell"]}):
        assert not Scan(ruleset.patterns).hits(text_of(fields))
        assert ruleset.evaluate(make.event(fields), frozenset())
    assert not ruleset.evaluate(make.event({"user.email": "cmdshell@example.com"}), frozenset())


def test_what_a_number_could_hold_is_not_left_to_the_scan_alone() -> None:
    assert guarded({"f|contains": "1.5"}) == {Scanned("1.5"), Unread("f")}
    assert guarded({"f|contains": "e-07"}) == {Scanned("e-07"), Unread("f")}
    assert guarded({"f|contains": "169.254.169.254"}) == {Scanned("169.254.169.254")}
    assert guarded({"f": "1.0"}) == {Is("f", "1.0"), Is("f", 1.0)}
    assert guarded({"f": "TRUE"}) == {Is("f", "true"), Is("f", True)}
    assert guarded({"f": "nan"}) == {Scanned("nan"), Unread("f")}


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
    assert guarded([{"f|contains": "mimikatz"}, {"g": None}]) is None
    assert guarded([4711]) is None


def test_a_pattern_may_match_a_number() -> None:
    ruleset = RuleSet([Detection(RuleInfo("r", "r", "low", ()), plan({"sel": {"f|re": "4[0-9]{2}"}, "condition": "sel"}))])
    assert [bool(ruleset.evaluate(make.event({"f": value}), frozenset())) for value in (401, ["x", 401], "401", ["x"], 501)] == [
        True, True, False, False, False]


def test_numbers_are_not_in_the_scanned_text() -> None:
    assert guarded({"f|contains": "4711"}) == {Scanned("4711"), Unread("f")}
    assert guarded({"f|contains": "rue"}) == {Scanned("rue"), Unread("f")}


def test_one_letter_beyond_ascii_is_enough_for_the_scan() -> None:
    assert guarded({"f|contains": "\u202e"}) == {Scanned("\u202e")}
    assert guarded({"f|contains": "x"}) == {Has("f")}


def test_of_two_words_the_one_that_fewer_rules_name_is_taken() -> None:
    one = plan({"sel": {"f|endswith": "\\\\powershell.exe", "g|contains": "-zq9x"}, "condition": "sel"})
    others = [plan({"sel": {"f|endswith": "\\\\powershell.exe"}, "condition": "sel"}) for _ in range(20)]
    assert Guards(Rarity([one, *others])).of(one).atoms == {Scanned("-zq9x")}  # type: ignore[union-attr]
    assert Guards(Rarity([one])).of(one).atoms == {Scanned("\\powershell.exe")}  # type: ignore[union-attr]
