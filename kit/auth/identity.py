"""Proof of who the customer is, checked where data leaves (design 4).

A token is bound to one account and one subject (the conversation), so a stolen one is worth nothing elsewhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from kernel import clock
from kernel.errors import NotAllowed
from kit.auth.tokens import sign, unsign

Level = Literal["L0", "L1", "L2", "L3"]
_PURPOSE = "identity"


def issue(
    secret: str, *, account_no: str, subject: str, level: Level, ttl_s: float = 900
) -> tuple[str, datetime]:  # fmt: skip
    """A proof of `level` for one account in one conversation, and when it ends."""
    ends = clock.now() + timedelta(seconds=ttl_s)
    payload = {"account_no": account_no, "subject": subject, "level": level}
    return sign(payload, secret, purpose=_PURPOSE, ttl_s=ttl_s), ends


def verify(secret: str, token: str | None, *, account_no: str, subject: str | None) -> Level:
    """The proved level.

    Raises:
        NotAllowed: no token, ended, forged, or for another account or subject (code `identity_required`).
    """
    try:
        payload = unsign(token or "", secret, purpose=_PURPOSE)
    except NotAllowed as err:
        raise NotAllowed("identity is not proved", code="identity_required") from err
    if payload["account_no"] != account_no or payload["subject"] != subject:
        raise NotAllowed("identity is proved for something else", code="identity_required")
    level: Level = payload["level"]
    return level
