import time

import pytest

from sentinel.detectors._context import Context, ContextText
from sentinel.detectors._find import Finder
from sentinel.detectors._labels import LabelText, labels_of
from sentinel.detectors._tables import Tables
from sentinel.scan import Scan

VALUE = r"[A-Z]\w+(?: [A-Z]\w+)*+"
LABELS = list(labels_of(LabelText(names=["full name", "name", "customers", "姓名"], value=VALUE, score=0.8, begins="[A-Z]", many=True, whole=True),
                        "PERSON", VALUE))
BARE = list(labels_of(LabelText(names=["born on"], value="", score=0.8, bare=True), "YEAR", r"\d{4}"))


def named(text: str, labels: list = LABELS) -> list[str]:  # type: ignore[type-arg]
    around = Context([ContextText()]).around([text], Tables())
    places = Finder([label.pattern for label in labels]).find([text]).found
    return [text[start:end] for place in places for start, end, _ in labels[place.pattern].take(text, place, around)]


@pytest.mark.parametrize("text", [
    "Name: Ann Lee", "**Name:** Ann Lee", "- Name: Ann Lee", "name=Ann Lee\n", "full-name: 'Ann Lee'", "FULL NAME: Ann Lee",
    '{"full_name": "Ann Lee"}', '{"fullName":"Ann Lee"}', '{"patientName": "Ann Lee"}', r'{\"name\": \"Ann Lee\"}', "name = \"Ann Lee\"",
    "<name>Ann Lee</name>", '<name lang="en">Ann Lee</name>', "<td>Name</td><td>Ann Lee</td>", "<b>Name</b>: Ann Lee",
    "name,age\nAnn Lee,4", "| id | Name |\n|---|---|\n| 1 | Ann Lee |", "| Field | Value |\n|---|---|\n| Name | Ann Lee |",
    "INSERT INTO p (id, name) VALUES (1, 'Ann Lee');", "姓名：Ann Lee", "Name (print): Ann Lee"])
def test_a_label_tells_its_value(text: str) -> None:
    assert named(text) == ["Ann Lee"]


@pytest.mark.parametrize("text", [
    "file name: Ann Lee", "file_name=Ann", '{"productName": "Ann Lee"}', "rename: Ann", "surname: Ann", "name, as Ann said", "name: get_weather",
    '{"name": "Ann Lee (deprecated)"}', "the name Ann Lee"])
def test_what_is_called_otherwise_is_not_told(text: str) -> None:
    assert named(text) == []


def test_a_list_has_many_values() -> None:
    assert named("Customers: Ann Lee, Bob Ray and Carl Fox.") == ["Ann Lee", "Bob Ray", "Carl Fox"]
    assert named('"customers": ["Ann Lee", "Bob Ray"], "x": "Carl"') == ["Ann Lee", "Bob Ray"]


def test_a_bare_label_stands_in_a_sentence() -> None:
    assert named("She was born on 1984, in Bonn", BARE) == ["1984"]
    assert named("born on: 1984; stubborn on 1985", BARE) == ["1984"]


@pytest.mark.parametrize("text", ["name: A" * 60_000, "name|" * 80_000, "name:" + " " * 400_000, '"name": "' * 50_000, "name,b\nA,b\n" * 40_000,
                                  "<name " * 60_000, "customers: " + "Ab, " * 100_000], ids=range(7))
def test_hostile_labels_take_linear_time(text: str) -> None:
    began = time.process_time()
    named(text)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(("text", "seen"), [
    ("To: Ann Lee", True), ("_to: Ann Lee", True), ("replyTo=Ann Lee", True), ("éto: Ann Lee", True), ("7to: Ann", True),
    ("supervisor: Ann Lee", True), ("photo: Ann Lee", False), ("no plants: Ann", False)])
def test_the_shared_scan_hears_short_words_only_where_they_begin(text: str, seen: bool) -> None:
    (label,) = labels_of(LabelText(["supervisor", "to", "an", "an.s"], ".+", 0.9, begins="[A-Z]"), "NAME", ".+")
    assert bool(Scan([label.sign]).hits(text)) is seen
