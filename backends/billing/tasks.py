"""Later work of billing: importing this registers the jobs of every room with `kit.jobs`."""

from __future__ import annotations

from backends.billing import rooms  # noqa: F401  (who follows a payment)
from backends.billing.arrears import tasks as arrears  # noqa: F401
from backends.billing.bills.running import tasks as running  # noqa: F401
