import pytest

from sentinel.detectors._checks.dates import birth_date
from tests.detectors._checks.place import whole


@pytest.mark.parametrize("value", ["1984-03-07", "7.3.84", "84-03-07", "March 7, 1984", "7 mars 1984", "19840307", "03071984", "1984年3月7日",
                                   "7 de marzo de 1984", "1er janvier 1984", "31.12.1999"])
def test_a_day_in_any_order(value: str) -> None:
    assert birth_date(whole(value))


@pytest.mark.parametrize("value", ["0000-00-00", "1984-13-32", "1884-03-07", "2044-03-07", "12.34.5678", "Patch 7, 1984", "99999999", "5"])
def test_what_is_no_day_is_none(value: str) -> None:
    assert not birth_date(whole(value))
