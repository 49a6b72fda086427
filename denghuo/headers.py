"""What browsers are told about every answer of the public port."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)
EMBEDDABLE = ("/embed",)  # the chat inside another site's frame
_DOCS_POLICY = (  # FastAPI's API page takes its script from a CDN and starts it inline
    "default-src 'self' https://cdn.jsdelivr.net https://fastapi.tiangolo.com 'unsafe-inline'; frame-ancestors 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def headers_for(path: str) -> dict[str, str]:
    if path in ("/docs", "/redoc"):
        return {**_ALWAYS, "Content-Security-Policy": _DOCS_POLICY, "X-Frame-Options": "DENY"}
    embeddable = path in EMBEDDABLE
    headers = {**_ALWAYS, "Content-Security-Policy": _POLICY.format(ancestors="*" if embeddable else "'none'")}
    if not embeddable:
        headers["X-Frame-Options"] = "DENY"
    microphone = "(self)" if path.startswith("/phone") else "()"
    place = "(self)" if path.startswith("/crew") else "()"  # a crew shows that it has arrived
    headers["Permissions-Policy"] = f"microphone={microphone}, camera=(), geolocation={place}"
    if path.startswith(("/v1/", "/desk/api", "/crew/api", "/pay/")):
        headers["Cache-Control"] = "no-store"
    return headers


class SecurityHeaders:
    """Adds them to whatever is answered, errors too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                for name, value in headers_for(scope["path"]).items():
                    told.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)
        return None
