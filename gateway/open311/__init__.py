"""Open311 (GeoReport v2, a subset) on the public port."""
