from __future__ import annotations

from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from sentinel.detectors.baseline._places import Place, Places
from sentinel.errors import SentinelError


def written(path: Path) -> Path:
    """A file such as MaxMind sells."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="GeoLite2-City")
    berlin = {"country": {"iso_code": "DE"}, "location": {"latitude": 52.52, "longitude": 13.4, "accuracy_radius": 20}}
    writer.insert_network(IPSet(["203.0.113.0/24", "2001:db8::/32"]), berlin)
    writer.insert_network(IPSet(["198.51.100.0/24"]), {"country": {"iso_code": "AU"}, "traits": {"is_anonymous_vpn": True}})
    writer.insert_network(IPSet(["192.0.2.0/24"]), {"continent": {"code": "EU"}})
    writer.to_db_file(str(path))
    return path


def test_addresses_have_places(tmp_path: Path) -> None:
    places = Places(written(tmp_path / "city.mmdb"))
    berlin = places.of("203.0.113.9")
    assert berlin is not None and berlin.country == "DE" and berlin.latitude == pytest.approx(52.52) and berlin.radius == 20
    assert places.of("2001:db8::7") == berlin
    assert places.of("198.51.100.1") == Place("AU", None, None, 0, True)
    assert places.of("192.0.2.1") == Place("", None, None, 0, False)
    assert [places.of(text) for text in ("8.8.8.8", "no address", "9" * 1000, "fe80::1%eth0")] == [None] * 4


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "city.mmdb").write_text("not one")
    for name in ("city.mmdb", "none.mmdb"):
        with pytest.raises(SentinelError, match=name):
            Places(tmp_path / name)
