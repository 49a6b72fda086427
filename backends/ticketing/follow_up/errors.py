"""What callers of follow-up may be told."""

from __future__ import annotations

from kernel.errors import NotFound


class FollowUpNotFound(NotFound):
    code = "follow_up_not_found"


class PlanNotFound(NotFound):
    code = "follow_up_plan_not_found"
