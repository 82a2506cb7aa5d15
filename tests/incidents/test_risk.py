import pytest

from sentinel.incidents import risk
from sentinel.records.alert import LEVELS
from sentinel.records.incident import Seen


def seen(level: str, count: int = 1) -> Seen:
    return Seen("t", level, count, 0, 0)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("count", [1, 2, 1_000_000])
def test_one_rule_alone_never_exceeds_its_own_level(level: str, count: int) -> None:
    assert risk.severity([seen(level, count)]) == level


@pytest.mark.parametrize(("rules", "severity"), [
    ([seen("medium", 4), seen("medium", 4)], "high"),
    ([seen("medium"), seen("low")], "medium"),
    ([seen("low")] * 8, "medium"),
    ([seen("high", 4), seen("high", 4)], "critical"),
    ([seen("high"), seen("high")], "high"),
])
def test_several_rules_add_up(rules: list[Seen], severity: str) -> None:
    assert risk.severity(rules) == severity


def test_the_score_grows_and_is_bounded_per_rule() -> None:
    scores = [risk.score([seen("high", count)]) for count in (1, 2, 4, 1000)]
    assert scores == [60, 120, 180, 180]
