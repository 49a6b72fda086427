"""Later work of clocks: the worker looks every second which marks have come."""

from __future__ import annotations

from backends.ticketing.clocks import firing
from kit import jobs

jobs.tick(firing.pass_once)
