"""Later work of ticketing: importing this registers the jobs of every room with `kit.jobs`."""

from __future__ import annotations

from backends.ticketing import rooms  # noqa: F401  (what jobs change is followed as what people change)
from backends.ticketing.clocks import tasks as clocks  # noqa: F401
from backends.ticketing.complaints import tasks as complaints  # noqa: F401
from backends.ticketing.follow_up import tasks as follow_up  # noqa: F401
from backends.ticketing.importing import tasks as importing  # noqa: F401
from backends.ticketing.notices import tasks as notices  # noqa: F401
from backends.ticketing.outages import tasks as outages  # noqa: F401
from backends.ticketing.webhooks import tasks as webhooks  # noqa: F401
from backends.ticketing.work_orders import tasks as work_orders  # noqa: F401
