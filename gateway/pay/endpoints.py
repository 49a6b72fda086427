"""/pay/api/{token} for the page, /pay/notify/{provider} for providers. The page itself is web/payment.

A link's token is all its holder has and all they need: they see the sum and four digits, and can pay. Notifications are
passed on byte for byte with the headers their signatures are in; whether they are true is for billing to say.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from clients.payments.http import Payments
from gateway.webchat.limits import Rates

router = APIRouter(prefix="/pay", include_in_schema=False)
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,60}$")]
Provider = Annotated[str, Path(pattern=r"^[a-z_]{1,30}$")]
_SIGNED = ("wechatpay-", "x-sandbox-")
_PASSED = ("content-type",)


def _payments(request: Request) -> Payments:
    client: Payments = request.app.state.payments
    return client


async def _counted(request: Request) -> None:
    rates: Rates = request.app.state.rates
    await rates.check_pay(request.client.host if request.client else "-")


Paying = Annotated[Payments, Depends(_payments)]
Counted = Depends(_counted)


@router.get("/api/{token}", dependencies=[Counted])
async def link(token: Token, paying: Paying) -> dict[str, Any]:
    return await paying.link(token)


@router.post("/api/{token}/sandbox", status_code=201, dependencies=[Counted])
async def pay_in_sandbox(token: Token, paying: Paying) -> dict[str, Any]:
    """Sample mode only: the simulated provider is told that its button was pressed."""
    paid = await paying.pay_in_sandbox(token)
    return {"amount_fen": paid["amount_fen"], "paid_at": paid["paid_at"]}


@router.post("/notify/{provider}")
async def notify(provider: Provider, request: Request, paying: Paying) -> Response:
    headers = {name: value for name, value in request.headers.items() if name.startswith(_SIGNED) or name in _PASSED}
    status, media, body = await paying.notify(provider, headers, await request.body())
    return Response(body, status, media_type=media)
