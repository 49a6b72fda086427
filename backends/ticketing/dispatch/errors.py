"""What callers of dispatch may be told."""

from __future__ import annotations

from kernel.errors import NotFound


class CrewNotFound(NotFound):
    code = "crew_not_found"
