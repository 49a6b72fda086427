"""`Billing` over the REST of docs/architecture.md."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from clients.billing import wire
from clients.billing.protocol import (
    Account,
    AreaHint,
    Bill,
    Bound,
    Challenge,
    DailyUse,
    Due,
    Explanation,
    Found,
    IdentityProof,
    Invoice,
    PayLink,
)
from kernel import ids
from kernel.errors import Malformed, NotFound
from kit.http import ServiceClient


class HttpBilling:
    """See `clients.billing.protocol.Billing`. `timeout_s` bounds each call (design: 2 s)."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 2) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="billing")

    async def account(self, account_no: str, *, token: str | None = None, subject: str | None = None) -> Account:
        return wire.account(await self._http.get(_path(account_no), headers=wire.proof(token, subject)))

    async def due(self, account_no: str, *, subject: str | None = None) -> Due:
        return wire.due(await self._http.get(_path(account_no, "due"), headers=wire.proof(None, subject)))

    async def bills(self, account_no: str, *, token: str, subject: str, limit: int = 6) -> Sequence[Bill]:
        headers = wire.proof(token, subject)
        return wire.bills(await self._http.get(_path(account_no, "bills"), params={"limit": limit}, headers=headers))

    async def bill(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> Bill:
        path = _path(account_no, "bills", month or "latest")
        return wire.bill(await self._http.get(path, headers=wire.proof(token, subject)))

    async def explanation(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> Explanation:
        path = _path(account_no, "bills", month or "latest", "explanation")
        return wire.explanation(await self._http.get(path, headers=wire.proof(token, subject)))

    async def area_hint(self, phone: str) -> AreaHint | None:
        try:
            return wire.area_hint(await self._http.get("/v1/accounts/area-hint", params={"phone": phone}))
        except (NotFound, Malformed):
            return None

    async def search(self, *, phone: str | None = None, address: str | None = None, subject: str) -> Sequence[Found]:
        asked = {"phone": phone} if phone else {"address": address}
        return wire.found(await self._http.post("/v1/accounts/search", json={**asked, "subject": subject}))

    async def send_due(self, account_no: str, *, phone: str, subject: str, key: str) -> Due:
        body = {"phone": phone, "subject": subject}
        return wire.due(await self._http.post(_path(account_no, "due-notes"), json=body, key=key))

    async def pay_link(
        self, account_no: str, *, subject: str, key: str, amount_fen: int | None = None, phone: str | None = None
    ) -> PayLink:
        wanted = {"amount_fen": amount_fen, "phone": phone, "conversation_id": subject}
        body = {"subject": subject, **{name: value for name, value in wanted.items() if value is not None}}
        return wire.pay_link(await self._http.post(_path(account_no, "pay-links"), json=body, key=key))

    async def latest_link(self, account_no: str) -> PayLink | None:
        try:
            return wire.pay_link(await self._http.get(_path(account_no, "pay-links", "latest")))
        except NotFound as err:
            if err.code == "pay_link_not_found":
                return None
            raise

    async def daily_use(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> DailyUse:
        headers = wire.proof(token, subject)
        return wire.daily_use(
            await self._http.get(_path(account_no, "usage"), params={"month": month}, headers=headers)
        )

    async def set_alert(self, account_no: str, *, kind: str, limit: int, token: str, subject: str, key: str) -> None:
        headers = wire.proof(token, subject)
        await self._http.put(_path(account_no, "alerts", kind), json={"limit": limit}, key=key, headers=headers)

    async def issue_invoice(
        self,
        account_no: str,
        *,
        month: str | None = None,
        title: str | None = None,
        tax_no: str | None = None,
        email: str | None = None,
        consent: str | None = None,
        token: str,
        subject: str,
        key: str,
    ) -> Invoice:
        wanted = {"title": title, "tax_no": tax_no, "email": email, "consent": consent}
        body = {name: value for name, value in wanted.items() if value is not None}
        path = _path(account_no, "bills", month or "latest", "invoices")
        return wire.invoice(await self._http.post(path, json=body, key=key, headers=wire.proof(token, subject)))

    async def bound(self, visitor_id: str) -> Sequence[Bound]:
        return wire.bound(await self._http.get("/v1/bindings", params={"visitor_id": visitor_id}))

    async def bind(self, account_no: str, *, visitor_id: str, token: str, subject: str, key: str) -> int:
        body = {"account_no": account_no, "visitor_id": visitor_id}
        return wire.members(
            await self._http.post("/v1/bindings", json=body, key=key, headers=wire.proof(token, subject))
        )

    async def unbind(self, account_no: str, *, visitor_id: str, key: str) -> None:
        body = {"account_no": account_no, "visitor_id": visitor_id}
        await self._http.post("/v1/bindings/remove", json=body, key=key)

    async def prove_bound(self, account_no: str, *, visitor_id: str, subject: str) -> IdentityProof:
        body = {"account_no": account_no, "visitor_id": visitor_id, "subject": subject}
        return wire.identity_proof(await self._http.post("/v1/identity/bound", json=body))

    async def challenge(self, *, account_no: str, phone_last4: str, subject: str, key: str) -> Challenge:
        body = {"account_no": account_no, "phone_last4": phone_last4, "subject": subject}
        return wire.challenge(await self._http.post("/v1/identity/challenges", json=body, key=key))

    async def verify(self, challenge_id: str, code: str, *, key: str | None = None) -> IdentityProof:
        path = f"/v1/identity/challenges/{quote(challenge_id, safe='')}/verify"
        answer = await self._http.post(path, json={"code": code}, key=key or ids.new_id("vf"))
        return wire.identity_proof(answer)

    async def aclose(self) -> None:
        await self._http.aclose()


def _path(account_no: str, *more: str) -> str:
    return "/".join(["/v1/accounts", quote(account_no, safe=""), *(quote(part, safe="") for part in more)])
