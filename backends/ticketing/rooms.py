"""Which rooms follow what happens to orders and outages, and in which order. Imported by the service and the worker."""

from __future__ import annotations

from backends.ticketing import happenings
from backends.ticketing.notices import followers as notices
from backends.ticketing.notices import outage_followers as outage_notices
from backends.ticketing.outages.merging import gathering

# A report is gathered last: what follows its filing is told before what follows its merging.
happenings.order_followers[:] = [notices.follow_order, gathering.on_order]
happenings.outage_followers[:] = [outage_notices.follow_outage]
