"""Is this webhook really from Twilio? Checked on every route before anything is read or written (facts 4).

The URL is made of the configured public address and the raw path and query: never of the request's host or of
forwarded headers, which anybody can send. No token configured means nobody is let in.
"""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator

from kernel.errors import NotAllowed
from kit.settings import TwilioSettings


class BadSignature(NotAllowed):
    code = "bad_signature"


def public_url(settings: TwilioSettings, request: Request) -> str:
    """The URL as Twilio was told it, percent-encoding as it came."""
    path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii").partition("?")[0]
    query = request.scope["query_string"].decode("ascii")
    return settings.public_url.rstrip("/") + path + (f"?{query}" if query else "")


async def checked_form(settings: TwilioSettings, request: Request) -> FormData:
    """The form of a genuine webhook.

    Raises:
        BadSignature: missing, wrong, or we have no token to check it with.
    """
    token = settings.auth_token.get_secret_value()
    shown = request.headers.get("x-twilio-signature")
    if not token or not shown:
        raise BadSignature("a webhook without signature")
    form = await request.form(max_files=0, max_fields=200)
    if not RequestValidator(token).validate(public_url(settings, request), form, shown):
        raise BadSignature("the signature does not fit")
    return form
