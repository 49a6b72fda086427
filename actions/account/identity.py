"""Proof of who the customer is, as the talk keeps it: a token of the billing system, its account and its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clients.ticketing.protocol import IdentityProof
from kernel import clock


def proved_account(slots: Mapping[str, Any]) -> str | None:
    """The account whose proof still holds, None when there is none. Checked wherever data leaves."""
    proof = slots.get("identity_proof") or {}
    ends = proof.get("expires_at")
    if not ends or datetime.fromisoformat(ends) <= clock.now():
        return None
    return str(proof["account_no"])


def token_of(slots: Mapping[str, Any]) -> str:
    return str((slots.get("identity_proof") or {}).get("token") or "")


def ticket_proof(slots: Mapping[str, Any], conversation_id: str) -> IdentityProof | None:
    """The same proof as the ticketing system takes it."""
    return IdentityProof(token_of(slots), conversation_id) if proved_account(slots) else None
