import pytest

from sentinel.detectors._checks.address import postal_address, uk_postcode
from tests.detectors._checks.place import whole


@pytest.mark.parametrize("value", ["12 Elm Street, Reno, NV 89501", "Hauptstr. 12, 10115 Berlin", "Calle Mayor 12", "東京都千代田区1-1", "17 Larch Crescent",
                                   "ul. Długa 5, 00-238 Warszawa"])
def test_streets_and_towns(value: str) -> None:
    assert postal_address(whole(value))


@pytest.mark.parametrize("value", ["203.0.113.7", "00:1b:44:11:3a:b7", "0x7fff5fbff8a0", "ann12@example.com", "https://example.com/12", "line 12", "page", "null",
                                   "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "fe80::1ff:fe23:4567:890a"])
def test_addresses_of_machines(value: str) -> None:
    assert not postal_address(whole(value))


def test_postcodes_of_areas_that_there_are() -> None:
    assert uk_postcode(whole("LS1 4AB")) and uk_postcode(whole("SW1A1AA")) and not uk_postcode(whole("QQ1 4AB"))
