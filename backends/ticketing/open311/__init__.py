"""Reports with a place in the manner of Open311 (GeoReport v2): a subset, and nobody's data in it."""
