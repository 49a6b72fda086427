"""Which rooms follow what happens to orders and outages, and in which order. Imported by the service and the worker."""

from __future__ import annotations

from backends.ticketing import happenings

happenings.order_followers[:] = []
happenings.outage_followers[:] = []
