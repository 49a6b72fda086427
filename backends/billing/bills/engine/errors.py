"""Why a bill is not made."""

from __future__ import annotations

from kernel.errors import Conflict, Malformed


class ReadingNeedsReview(Conflict):
    """Far above anything this account used; a person looks before a bill goes out (domain/billing.md 4.2 guard)."""

    code = "reading_needs_review"


class BadBillRequest(Malformed):
    code = "bad_bill_request"
