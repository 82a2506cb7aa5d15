"""Where an address is, by a file in MaxMind's format (GeoLite2-City, GeoIP2-City, or one of countries alone).

In: an address. Out: a place, or None when the file does not know it. The file is read into memory when it is opened.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import maxminddb

from sentinel.errors import SentinelError

_REMEMBERED = 8192


class Place(NamedTuple):
    """A place on Earth.

    Attributes:
        country: two capital letters, or empty. latitude, longitude: degrees; None: only the country is known.
        radius: kilometres within which the address is. relayed: known for a VPN, a proxy or a data centre, so that nobody is there.
    """

    country: str
    latitude: float | None
    longitude: float | None
    radius: int
    relayed: bool


class Places:
    """An opened file."""

    def __init__(self, path: Path) -> None:
        """Raises: SentinelError: the file cannot be read, or is no such file."""
        try:
            self._file = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise SentinelError(f"{path} cannot be read as a file in MaxMind's format (.mmdb): {error}") from error
        self._look = lru_cache(_REMEMBERED)(self._find)

    def of(self, address: str) -> Place | None:
        """The place of an address; None for what is no address."""
        return self._look(address) if len(address) <= 45 else None

    def _find(self, address: str) -> Place | None:
        try:
            record: Any = self._file.get(ip_address(address.partition("%")[0]))
        except ValueError:
            return None
        return _place(record) if isinstance(record, dict) else None


_RELAYS = ("is_anonymous", "is_anonymous_proxy", "is_anonymous_vpn", "is_hosting_provider", "is_public_proxy", "is_tor_exit_node",
           "is_satellite_provider")


def _place(record: dict[str, Any]) -> Place:
    found, country, traits = (record.get(name) or {} for name in ("location", "country", "traits"))
    latitude, longitude = found.get("latitude"), found.get("longitude")
    return Place(str(country.get("iso_code", "")), latitude, longitude, int(found.get("accuracy_radius") or 0),
                 any(traits.get(name) for name in _RELAYS))
