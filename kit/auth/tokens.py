"""Signed, expiring tokens: base64(json).base64(hmac-sha256), the purpose inside the signature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from kernel import clock
from kernel.errors import NotAllowed


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _signature(body: str, secret: str, purpose: str) -> str:
    return _b64(hmac.new(secret.encode(), f"{purpose}.{body}".encode(), hashlib.sha256).digest())


def sign(payload: dict[str, Any], secret: str, *, purpose: str, ttl_s: float) -> str:
    """A token that holds `payload` and ends after `ttl_s` seconds; good for one `purpose` only."""
    ends = int(clock.now().timestamp() + ttl_s)
    body = _b64(json.dumps({**payload, "exp": ends}, ensure_ascii=False, separators=(",", ":")).encode())
    return f"{body}.{_signature(body, secret, purpose)}"


def unsign(token: str, secret: str, *, purpose: str) -> dict[str, Any]:
    """What `sign` put in.

    Raises:
        NotAllowed: forged, made for something else, or past its end (code `token_expired`).
    """
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, secret, purpose).encode()):
        raise NotAllowed("bad token", code="token_invalid")
    try:
        payload = json.loads(_unb64(body))
    except (binascii.Error, ValueError) as err:
        raise NotAllowed("bad token", code="token_invalid") from err
    if payload.pop("exp") <= clock.now().timestamp():
        raise NotAllowed("the token has ended", code="token_expired")
    return dict(payload)
