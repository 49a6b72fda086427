"""What can be missing of a bill."""

from __future__ import annotations

from kernel.errors import NotFound


class BillNotFound(NotFound):
    code = "bill_not_found"
    says = "utter_bill_not_found"


class NothingToCompare(NotFound):
    """No bill of the month before, so a change cannot be explained."""

    code = "nothing_to_compare"
