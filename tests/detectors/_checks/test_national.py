import pytest

from sentinel.detectors._checks import national
from tests.detectors._checks.place import whole


@pytest.mark.parametrize(("number", "ok"), [
    ("536-22-1947", True), ("000-22-1947", False), ("666-22-1947", False), ("912-22-1947", False), ("536-00-1947", False),
    ("536-22-0000", False)])
def test_a_social_security_number_that_can_have_been_issued(number: str, ok: bool) -> None:
    assert national.ssn(whole(number)) is ok
