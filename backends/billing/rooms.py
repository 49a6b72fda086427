"""Which rooms hear of a payment, and in which order. Imported by the service and the worker."""

from __future__ import annotations

from backends.billing.arrears import service as arrears
from backends.billing.payments import following, receiving

receiving.followers[:] = [following.tell_conversation, arrears.on_payment]
