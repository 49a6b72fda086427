"""How a receiver knows that it was us: `X-Denghuo-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<t>.<body>`."""

from __future__ import annotations

import hashlib
import hmac

TOLERANCE_S = 300


def signature(secret: str, body: bytes, *, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def is_ours(secret: str, body: bytes, header: str, *, now: int) -> bool:
    """What a receiver does; `now` in seconds. An old telling is refused, so none can be played again."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    if not parts.get("t", "").isdigit() or abs(now - int(parts["t"])) > TOLERANCE_S:
        return False
    return hmac.compare_digest(signature(secret, body, at=int(parts["t"])), header)
