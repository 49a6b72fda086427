"""How does Twilio sign a webhook? Written apart from the SDK, so that the check in `ivr` is held against another hand.

Source: twilio-voice facts 4.1; vectors V1–V10 are in tests/ivr/simulator.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit, urlunsplit

Params = Iterable[tuple[str, str]]


def signed_url(url: str) -> str:
    """The URL as it goes into the signature of a voice webhook: no fragment, no credentials, no port over HTTPS."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme in ("https", "wss") and parts.port is not None:
        host = host.rsplit(":", 1)[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def sign(url: str, params: Params | Mapping[str, str], secret: str, *, algorithm: str = "sha1") -> str:
    """Sign `url` as given plus the form `params`: names by code point, distinct values sorted, blank ones kept."""
    pairs = params.items() if isinstance(params, Mapping) else params
    joined = "".join(name + value for name, value in sorted(set(pairs)))
    mac = hmac.new(secret.encode(), (url + joined).encode(), getattr(hashlib, algorithm))
    return base64.b64encode(mac.digest()).decode()


def url_for_json(url: str, body: bytes) -> str:
    """A JSON webhook carries the hash of its body in the query and nothing else is appended."""
    mark = "&" if urlsplit(url).query else "?"
    return f"{url}{mark}bodySHA256={hashlib.sha256(body).hexdigest()}"
