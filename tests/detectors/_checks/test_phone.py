import pytest

from sentinel.detectors._checks import phone
from tests.detectors._checks.place import whole


@pytest.mark.parametrize(("number", "ok"), [
    ("+442079460958", True), ("+1 202-555-0147", True), ("+999 12345678", False), ("+44 123", False), ("+12 345 678", False)])
def test_a_telephone_number_is_one_of_a_numbering_plan(number: str, ok: bool) -> None:
    assert phone.phone_international(whole(number)) is ok
