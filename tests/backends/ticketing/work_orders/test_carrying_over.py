"""Urges of before are carried into orders by the migration, and back."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from alembic import command

from backends.ticketing.work_orders import schemas, service, urging
from kernel import clock
from kit import migrate
from kit.db import Database


async def _urged(url: str) -> tuple[str, str]:
    database = Database(url, pool_size=1)
    async with database.transaction() as session:
        told = {"order_type": "fault_report", "address": "火星路1号", "contact_phone": "13900000001"}
        order = (await service.file(session, schemas.NewFaultReport.model_validate(told), key="f")).order
        wanted = schemas.NewUrge(reason="worse", worse_note="天黑了", channel="phone")
        urged = await urging.urge(session, order, wanted, key="u")
    await database.close()
    assert urged.record is not None
    return order.order_no, urged.record.order_no


def _rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as link:
        return link.execute(query).fetchall()  # type: ignore[arg-type]


def test_urge_is_the_same_before_and_after(empty_database: str) -> None:
    migrate.up(empty_database, "jobs", "ticketing")
    target, urge = asyncio.run(_urged(empty_database))
    due = "SELECT details->>'reply_by' FROM ticketing.work_orders WHERE order_type = 'urge'"
    before = _rows(empty_database, due)

    migrate._each(empty_database, ("ticketing",), lambda config: command.downgrade(config, "0007"))
    kept = "SELECT urge_order_no, target_order_no, reason, worse_note, status, channel FROM ticketing.urges"
    assert _rows(empty_database, kept) == [(urge, target, "worse", "天黑了", "notified", "phone")]
    assert _rows(empty_database, "SELECT count(*) FROM ticketing.work_orders") == [(1,)]

    migrate.up(empty_database, "ticketing")
    order = "SELECT order_no, status, parent_order_no, contact_phone FROM ticketing.work_orders WHERE order_type='urge'"
    assert _rows(empty_database, order) == [(urge, "notified", target, "13900000001")]
    ((again,),) = _rows(empty_database, due)
    assert clock.now().fromisoformat(again) == clock.now().fromisoformat(before[0][0])
    events = "SELECT order_no, event FROM ticketing.order_events WHERE order_no LIKE 'CB%'"
    assert _rows(empty_database, events) == [(urge, "register")]
