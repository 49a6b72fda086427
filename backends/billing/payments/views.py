"""How payments look from outside."""

from __future__ import annotations

from typing import Any

from backends.billing.payments import links
from backends.billing.payments.models import PayLink, Payment, Reconciliation, Refund
from kernel import account_no as accounts
from kernel import clock


def _iso(moment: Any) -> str | None:
    return moment.astimezone(clock.TZ).isoformat(timespec="seconds") if moment else None


def link(one: PayLink) -> dict[str, Any]:
    return {
        "link_id": one.link_id,
        "account_last4": accounts.last4(one.account_no),
        "amount_fen": one.amount_fen,
        "status": links.state(one),
        "expires_at": _iso(one.expires_at),
    }


def payment(one: Payment) -> dict[str, Any]:
    names = ("payment_no", "account_no", "channel", "provider", "amount_fen", "status", "note")
    shown = {name: getattr(one, name) for name in names}
    return {**shown, "paid_at": _iso(one.paid_at), "posted_at": _iso(one.posted_at)}


def refund(one: Refund) -> dict[str, Any]:
    names = ("refund_no", "account_no", "payment_no", "amount_fen", "reason", "status", "asked_by", "approved_by")
    return {**{name: getattr(one, name) for name in names}, "sent_at": _iso(one.sent_at)}


def reconciliation(one: Reconciliation) -> dict[str, Any]:
    names = ("provider", "agreed", "posted_late", "only_ours", "differing")
    return {**{name: getattr(one, name) for name in names}, "day": one.day.isoformat()}
