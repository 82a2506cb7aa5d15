import pytest

from sentinel.detectors._checks.candidate import Candidate
from sentinel.detectors._checks.document import mrz, not_a_year, passport, record_number, uk_licence, us_licence
from tests.detectors._checks.place import whole

# The specimen of ICAO 9303-4, Appendix A.
LINE = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize("value", ["531984207", "A48201937", "C01X00T47", "12AK84731", "AAB483920", "YA4820193", "45 10 482913", "X4820193"])
def test_passports_of_many_countries(value: str) -> None:
    assert passport(whole(value))


@pytest.mark.parametrize("value", ["000000000", "123456789", "ABCDEFGHI", "12", "4820-1937-4820-1937"])
def test_no_passports(value: str) -> None:
    assert not passport(whole(value))


def test_every_check_digit_of_a_zone_counts() -> None:
    assert mrz(whole(LINE))
    for at in range(0, 44):
        if LINE[at].isdigit():
            assert not mrz(whole(LINE[:at] + str((int(LINE[at]) + 1) % 10) + LINE[at + 1:])), at


def test_driving_licences() -> None:
    assert us_licence(whole("D4820193")) and us_licence(whole("S530-4829-1037")) and not us_licence(whole("2024")) and not us_licence(whole("ABC"))
    assert uk_licence(whole("MORGA753116SM9IJ")) and not uk_licence(whole("MORGA793116SM9IJ")) and not uk_licence(whole("99999753116SM9IJ"))


def test_record_numbers_are_no_years_dates_or_amounts() -> None:
    assert record_number(whole("MR-482913")) and not record_number(whole("2024")) and not record_number(whole("2024-03-04"))
    assert not record_number(Candidate("4820 EUR", 0, 4)) and not not_a_year(whole("1984"))
