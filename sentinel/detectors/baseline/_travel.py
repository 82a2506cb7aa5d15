"""How fast somebody would have had to travel. In: places with times. Out: kilometres and kilometres an hour since the last place.

The distance is the great circle's (haversine, a sphere of 6,371 km) less the radii within which the addresses are; the time is
at least a minute, because clocks differ.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from msgspec import Struct

from sentinel.clock import SECOND
from sentinel.detectors.baseline._places import Place

_EARTH_KM, _LEAST_KM, _LEAST_SECONDS = 6371.0, 100.0, 60.0
_STALE = 30 * 86_400 * SECOND


class Last(Struct, array_like=True, gc=False):
    """Where somebody was last: hundredths of degrees, kilometres, and when, ns; 0: nowhere yet."""

    at: int = 0
    latitude: int = 0
    longitude: int = 0
    radius: int = 0

    def travel(self, place: Place, at: int) -> tuple[int, int] | None:
        """Kilometres and kilometres an hour from the last place to `place`; None when it is near, or long ago."""
        if place.relayed or place.latitude is None or place.longitude is None or not self.at or abs(at - self.at) > _STALE:
            return None
        far = distance(self.latitude / 100, self.longitude / 100, place.latitude, place.longitude) - self.radius - place.radius
        if far < _LEAST_KM:
            return None
        return round(far), round(far / max(abs(at - self.at) / SECOND, _LEAST_SECONDS) * 3600)

    def arrive(self, place: Place, at: int) -> None:
        """Remember a place, unless a later one is known."""
        if not place.relayed and place.latitude is not None and place.longitude is not None and at >= self.at:
            self.at, self.radius = at, place.radius
            self.latitude, self.longitude = round(100 * place.latitude), round(100 * place.longitude)


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Kilometres between two points in degrees."""
    north, other_north = radians(latitude), radians(other_latitude)
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
