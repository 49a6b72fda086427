"""How far apart two positions are."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from backends.ticketing.work_orders.details import Position

_EARTH_M = 6_371_000


def distance_m(one: Position, other: Position) -> float:
    """Metres along the sphere."""
    lat, other_lat = radians(one.latitude), radians(other.latitude)
    half_lat, half_lon = (other_lat - lat) / 2, radians(other.longitude - one.longitude) / 2
    return 2 * _EARTH_M * asin(sqrt(sin(half_lat) ** 2 + cos(lat) * cos(other_lat) * sin(half_lon) ** 2))
