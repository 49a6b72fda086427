"""What callers of explanations may be told."""

from __future__ import annotations

from kernel.errors import Conflict


class NoOtherPlan(Conflict):
    """Only homes may choose peak and valley (domain/billing.md 2.4)."""

    code = "no_other_plan"
