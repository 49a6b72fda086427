"""What callers of payments may be told.

Rejected
  NotFound    LinkNotFound  PaymentNotFound  RefundNotFound  ProviderNotFound
  NotAllowed  BadSignature  OwnRefund
  Conflict    LinkOver  NothingDue  WrongAmount  AlreadyUndone  NotEnoughCredit
"""

from __future__ import annotations

from kernel.errors import Conflict, NotAllowed, NotFound


class ProviderNotFound(NotFound):
    code = "provider_not_found"


class LinkNotFound(NotFound):
    code = "pay_link_not_found"


class PaymentNotFound(NotFound):
    code = "payment_not_found"


class RefundNotFound(NotFound):
    code = "refund_not_found"


class BadSignature(NotAllowed):
    """Not from the provider, or older than five minutes; nothing was posted."""

    code = "bad_signature"


class OwnRefund(NotAllowed):
    """Whoever asks for a refund does not approve it."""

    code = "own_refund"


class LinkOver(Conflict):
    """Paid, cancelled or past its hour."""

    code = "pay_link_over"


class NothingDue(Conflict):
    code = "nothing_due"


class WrongAmount(Conflict):
    """The provider names another amount than the link; held back for somebody to look at."""

    code = "wrong_amount"


class AlreadyUndone(Conflict):
    code = "already_undone"


class NotEnoughCredit(Conflict):
    code = "not_enough_credit"
