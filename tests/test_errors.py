import pytest

from sentinel.errors import ConfigError, JournalError, Mistake, SentinelError, Unreadable


@pytest.mark.parametrize(("mistake", "text"), [
    (Mistake("rules/pii.yml", 14, "detection.sel", "unknown modifier 'containz'", "did you mean 'contains'?"),
     "rules/pii.yml:14: detection.sel: unknown modifier 'containz'; did you mean 'contains'?"),
    (Mistake("a.yml", 3, "", "not YAML"), "a.yml:3: not YAML"),
    (Mistake("a.yml", 0, "", "No such file or directory", "check the path"), "a.yml: No such file or directory; check the path"),
])
def test_a_mistake_is_one_line_that_leaves_out_what_it_does_not_know(mistake: Mistake, text: str) -> None:
    assert str(mistake) == text


def test_all_mistakes_of_a_file_are_told_together() -> None:
    first, second = Mistake("a.yml", 1, "x", "wrong"), Mistake("a.yml", 2, "y", "wrong")
    assert str(ConfigError([first, second])) == "a.yml:1: x: wrong\na.yml:2: y: wrong"
    assert ConfigError(first).mistakes == [first]


def test_usage_and_config_end_with_two_everything_else_with_one() -> None:
    assert ConfigError([]).exit_code == 2
    assert [kind("x").exit_code for kind in (SentinelError, Unreadable, JournalError)] == [1, 1, 1]
