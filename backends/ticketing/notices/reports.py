"""How far a notice has come: counts by state, channel and reason, who has not been reached, and the list as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed, NoticeNotFound
from backends.ticketing.notices.models import Delivery, Notice
from backends.ticketing.notices.schemas import DoorReceipt
from backends.ticketing.notices.service import moment
from backends.ticketing.work_orders.views import iso
from kernel import masking

STATES = ("queued", "sending", "sent", "delivered", "failed", "unknown", "suppressed")
COLUMNS = (
    "recipient",
    "channel",
    "state",
    "reason",
    "attempts",
    "queued_at",
    "sent_at",
    "delivered_at",
    "confirmed_at",
)
_PAGE = 2000


async def report(session: AsyncSession, notice: Notice) -> dict[str, Any]:
    """`reached_share`: sent or delivered, of all it was for. `ahead_h`: hours left when the last one was sent, where it
    speaks of an hour."""
    grouped = (
        sa.select(Delivery.state, Delivery.channel, Delivery.reason, sa.func.count())
        .where(Delivery.notice_id == notice.notice_id)
        .group_by(Delivery.state, Delivery.channel, Delivery.reason)
    )
    counts: dict[str, Any] = {"states": dict.fromkeys(STATES, 0), "channels": {}, "reasons": {}}
    for state, channel, reason, number in (await session.execute(grouped)).all():
        _add(counts["states"], state, number)
        if state in ("sent", "delivered"):
            _add(counts["channels"], channel, number)
        elif reason:
            _add(counts["reasons"], reason, number)
    total = sum(counts["states"].values())
    reached = counts["states"]["sent"] + counts["states"]["delivered"]
    share = round(reached / total, 4) if total else None
    return {"recipients": total, **counts, "reached_share": share, **await _times(session, notice)}


def _add(counts: dict[str, int], name: str, number: int) -> None:
    counts[name] = counts.get(name, 0) + number


async def _times(session: AsyncSession, notice: Notice) -> dict[str, Any]:
    unconfirmed = sa.func.count().filter(Delivery.must_confirm, Delivery.confirmed_at.is_(None))
    query = sa.select(sa.func.min(Delivery.sent_at), sa.func.max(Delivery.sent_at), unconfirmed).where(
        Delivery.notice_id == notice.notice_id
    )
    first, last, open_ones = (await session.execute(query)).one()
    told = notice.facts.get("told_off_at")
    ahead = datetime.fromisoformat(told) - last if told and last else None
    return {
        "first_sent_at": iso(first),
        "last_sent_at": iso(last),
        "ahead_h": round(ahead.total_seconds() / 3600, 1) if ahead else None,
        "to_be_confirmed": open_ones,
    }


async def rows(session: AsyncSession, notice_id: str) -> AsyncIterator[str]:
    """CSV, a page at a time; phones masked (service-catalogue 1.3)."""
    yield _line(COLUMNS)
    after = 0
    while True:
        page = sa.select(Delivery).where(Delivery.notice_id == notice_id, Delivery.id > after)
        found = (await session.execute(page.order_by(Delivery.id).limit(_PAGE))).scalars().all()
        yield "".join(_line(_cells(row)) for row in found)
        if len(found) < _PAGE:
            return
        after = found[-1].id
        session.expunge_all()


def _cells(row: Delivery) -> tuple[Any, ...]:
    times = (iso(getattr(row, name)) for name in COLUMNS[5:])
    return (_shown(row), row.channel, row.state, row.reason, row.attempts, *times)


def _shown(row: Delivery) -> str:
    if row.phone:
        return masking.mask_phone(row.phone)
    kind, _, number = row.recipient.partition(":")
    return f"{kind}:{masking.mask_account_no(number)}" if kind == "account" else row.recipient


def _line(cells: tuple[Any, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()


async def note_receipt(session: AsyncSession, delivery_id: str, receipt: DoorReceipt) -> Delivery:
    """What a door heard later. Late news never take back what is known: delivered stays delivered.

    Raises:
        NoticeNotFound: no such delivery. GuardFailed: nothing was sent.
    """
    notice_id, _, number = delivery_id.rpartition(".")
    row = await session.get(Delivery, int(number), with_for_update=True)
    if row is None or row.notice_id != notice_id:
        raise NoticeNotFound(delivery_id)
    if row.state in ("queued", "suppressed"):
        raise GuardFailed(f"it is {row.state}", code="not_sent")
    if receipt.state == "failed":
        if row.state != "delivered":
            row.state, row.reason = "failed", receipt.reason or "not_delivered"
    else:
        row.state, row.delivered_at = "delivered", row.delivered_at or moment()
        row.sent_at = row.sent_at or row.delivered_at
        row.reason = row.next_at = None
        row.confirmed_at = row.confirmed_at or (moment() if receipt.state == "confirmed" else None)
    await session.flush()
    return row
