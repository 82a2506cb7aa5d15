import pytest

from sentinel.detectors._checks.candidate import Candidate
from sentinel.detectors._checks.person import known_person, one_name, person, sure_person
from tests.detectors._checks.place import whole


@pytest.mark.parametrize("value", ["Maria Silva", "Anna-Lena Müller", "Wang Xiaoming", "JOHN MILLER", "Lee, Ann", "王小明", "김민준", "Éloïse d'Arc", "Иванова Мария"])
def test_known_names_are_people(value: str) -> None:
    assert known_person(whole(value)) and person(whole(value))


@pytest.mark.parametrize("value", ["Blue Widget", "Deutsche Bank", "Miller Foods Inc", "San Jose", "Quux Zorp", "Paris", "Adam", "N/A", "北京"])
def test_other_things_are_none(value: str) -> None:
    assert not known_person(whole(value))


def test_a_name_nobody_knows_is_one_where_only_people_are_named() -> None:
    assert person(whole("Xqar Zorblat")) and not person(whole("Xqar")) and one_name(whole("Xqar"))
    assert not person(whole("Valued Customer")) and not one_name(whole("Unknown")) and not one_name(whole("NULL"))


def test_given_and_family_name_make_it_sure() -> None:
    assert sure_person(whole("Maria Silva")) and not sure_person(whole("Maria Zorblat"))


@pytest.mark.parametrize("after", ["@example.com", ".txt", "(x)", "_id", " & Sons", "2"])
def test_what_goes_on_is_something_else(after: str) -> None:
    assert not person(Candidate("Maria Silva" + after, 0, 11))
