"""/v1/…: links to pay by, what providers and banks tell, money moved and given back."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.bills import notes
from backends.billing.bills import service as bills
from backends.billing.payments import links, notified, receiving, reconciling, undoing, views
from backends.billing.payments.models import PayLink, Payment
from backends.billing.payments.providers import known
from backends.billing.payments.providers.port import Order, Provider, Told
from backends.billing.payments.receiving import Money
from backends.billing.payments.schemas import (
    Approval,
    Collection,
    DayFile,
    Move,
    NewLink,
    NewRefund,
    OtherMoney,
)
from backends.billing.web import Asks, Calls, Config, Db, Key, write_once
from kernel import clock, ids
from kernel.errors import NotFound, ServiceError

router = APIRouter(tags=["payments"])
AccountNo = Annotated[str, Path(max_length=20)]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,60}$")]
Name = Annotated[str, Path(pattern=r"^[a-z_]{1,30}$")]
Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9_]{3,60}$")]


def _providers(request: Request) -> dict[str, Provider]:
    """Made once at start: their keys are read there, not at every notification."""
    found: dict[str, Provider] = request.app.state.providers
    return found


Providers = Annotated[dict[str, Provider], Depends(_providers)]


@router.post("/accounts/{account_no}/pay-links", status_code=201)
async def make_link(account_no: AccountNo, new: NewLink, db: Db, key: Key, config: Config) -> JSONResponse:
    """L1: anybody may pay. The answer holds the URL."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        account = await accounts.get(session, account_no)
        await accounts.count_lookup(session, new.subject, account_no)
        due = await bills.due(session, account)
        made = await links.make(
            session, account, new.amount_fen or due["total_fen"], valid_for=config.payments.link_valid_for,
            conversation_id=new.conversation_id,
        )  # fmt: skip
        url = f"{config.payments.public_url}/pay/{made.token}"
        masked = await notes.send_link(session, account, new.phone, made.link, url) if new.phone else None
        return 201, views.link(made.link) | {"url": url, "masked_phone": masked}

    return await write_once(db, key, ["pay-link", account_no, new.model_dump()], run)


@router.get("/pay-links/{token}")
async def read_link(token: Token, db: Db, offered: Providers) -> dict[str, Any]:
    """What its holder sees: the sum, the last four digits, until when, and by whom it can be paid."""
    async with db.reading() as session:
        link = await links.find(session, token)
    return views.link(link) | {"providers": sorted(offered)}


@router.post("/pay-links/{token}/sandbox-payment", status_code=201)
async def pay_in_sandbox(token: Token, db: Db, config: Config, offered: Providers) -> dict[str, Any]:
    """The sandbox's button: a notification is made, signed, and taken as any other. Sample mode only.

    Raises:
        ProviderNotFound, LinkNotFound, LinkOver.
    """
    sandbox = known.sandbox(config.payments)
    provider = known.named(offered, sandbox.name)
    async with db.reading() as session:
        link = await links.find(session, token)
    links.require_open(link)
    told = Told(ids.digest("sandbox", link.link_id)[:24], link.link_id, link.amount_fen, clock.now(), True)
    headers, body = sandbox.notification(told)
    received = await notified.take(db, provider, headers, body)
    assert received is not None
    return views.payment(received.payment)


@router.get("/pay-links/{token}/orders/{provider}")
async def ask_provider(token: Token, provider: Name, db: Db, config: Config, offered: Providers) -> dict[str, Any]:
    """The signed request that opens the provider's page; whoever calls it sends it on.

    Raises:
        LinkOver, ProviderNotFound.
    """
    chosen = known.named(offered, provider)
    async with db.reading() as session:
        link = await links.find(session, token)
    links.require_open(link)
    base = config.payments.public_url
    order = Order(
        link.link_id, link.amount_fen, "电费", link.expires_at, f"{base}/pay/notify/{provider}", f"{base}/pay/{token}"
    )
    asked = chosen.ask(order)
    return {"method": asked.method, "url": asked.url, "headers": dict(asked.headers), "body": asked.body.decode()}


@router.post("/payments/notifications/{provider}")
async def notification(provider: Name, request: Request, db: Db, offered: Providers) -> Response:
    """As the provider sent it, body untouched. Answered in the provider's own way, refusals too."""
    chosen = known.named(offered, provider)
    problem: str | None = None
    try:
        await notified.take(db, chosen, request.headers, await request.body())
    except ServiceError as err:
        if err.retryable:
            raise
        problem = err.code
    answer = chosen.answer(problem)
    return Response(answer.body, answer.status, media_type=answer.media_type)


@router.post("/payments", status_code=201)
async def take_money(new: OtherMoney, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """Counter, door, transfer, bank: money somebody of ours took. One receipt, one payment."""
    calls.require("money")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await accounts.get(session, new.account_no)
        money = Money(new.channel, new.reference, new.channel, new.amount_fen, new.paid_at, new.account_no)
        received = await receiving.receive(session, money)
        return 201 if received.is_new else 200, views.payment(received.payment)

    return await write_once(db, key, ["payments", new.model_dump(mode="json")], run)


@router.post("/payments/collections", status_code=201)
async def bank_collection(new: Collection, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """A bank's day of 代扣: what it took is posted, what it could not take is told, a day's grace runs (3.1)."""
    calls.require("money")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        at = datetime.combine(new.day, time(12), clock.TZ)
        taken, failed, repeated = [], [], 0
        for item in new.items:
            if not item.is_taken:
                failed.append({"account_no": item.account_no, "problem": item.problem})
                await notes.collection_failed(session, item.account_no)
                continue
            money = Money(f"bank:{new.bank}", item.reference, "bank_agency", item.amount_fen, at, item.account_no)
            received = await receiving.receive(session, money)
            repeated += not received.is_new
            taken.append(received.payment.payment_no)
        return 201, {"taken": taken, "repeated": repeated, "failed": failed}

    return await write_once(db, key, ["collection", new.model_dump(mode="json")], run)


@router.post("/payments/reconciliations/{provider}", status_code=201)
async def reconcile(provider: Name, new: DayFile, db: Db, key: Key, offered: Providers, calls: Calls) -> JSONResponse:
    """A provider's file of a day beside our books."""
    calls.require("money")
    chosen = known.named(offered, provider)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, views.reconciliation(await reconciling.reconcile(session, chosen, new.day, new.text))

    return await write_once(db, key, ["reconcile", provider, new.model_dump(mode="json")], run)


@router.get("/accounts/{account_no}/payments")
async def payments(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    """L2: the newest twenty."""
    asks.require_l2(account_no)
    query = sa.select(Payment).where(Payment.account_no == account_no).order_by(Payment.paid_at.desc()).limit(20)
    async with db.reading() as session:
        await accounts.get(session, account_no)
        return {"items": [views.payment(one) for one in (await session.scalars(query)).all()]}


@router.get("/accounts/{account_no}/pay-links/latest")
async def latest_link(account_no: AccountNo, db: Db) -> dict[str, Any]:
    """L1: whether the newest link was paid, so that "我交了" can be answered."""
    query = sa.select(PayLink).where(PayLink.account_no == account_no).order_by(PayLink.created_at.desc()).limit(1)
    async with db.reading() as session:
        found = await session.scalar(query)
        if found is None:
            raise NotFound("no link", code="pay_link_not_found")
        return views.link(found)


@router.post("/payments/{payment_no}/move", status_code=201)
async def move(payment_no: Number, new: Move, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """It was for another account."""
    calls.require("money")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        payment = await undoing.get(session, payment_no)
        return 201, views.payment(await undoing.move(session, payment, new.account_no, actor=new.actor))

    return await write_once(db, key, ["move", payment_no, new.model_dump()], run)


@router.post("/accounts/{account_no}/refunds", status_code=201)
async def ask_refund(account_no: AccountNo, new: NewRefund, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """Out of the balance; somebody else has to approve it."""
    calls.require("money")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        account = await accounts.get(session, account_no)
        refund = await undoing.ask_refund(
            session, account, new.amount_fen, reason=new.reason, asked_by=new.asked_by, payment_no=new.payment_no
        )
        return 201, views.refund(refund)

    return await write_once(db, key, ["refund", account_no, new.model_dump()], run)


@router.post("/refunds/{refund_no}/approval", status_code=201)
async def send_refund(refund_no: Number, new: Approval, db: Db, key: Key, calls: Calls) -> JSONResponse:
    calls.require("money")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, views.refund(await undoing.send_refund(session, refund_no, approved_by=new.approved_by))

    return await write_once(db, key, ["refund-approval", refund_no, new.model_dump()], run)
