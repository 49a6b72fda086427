"""What callers of invoices may be told."""

from __future__ import annotations

from kernel.errors import Conflict, Malformed, NotFound


class InvoiceNotFound(NotFound):
    code = "invoice_not_found"


class NotPaidYet(Conflict):
    """Invoices are issued for what is paid."""

    code = "not_paid_yet"


class AlreadyInvoiced(Conflict):
    """Reverse it first."""

    code = "already_invoiced"


class ConsentMissing(Conflict):
    """Another name than the holder's needs the holder's word or a lease."""

    code = "consent_missing"


class TaxNoWrong(Malformed):
    code = "tax_no_wrong"
