"""The sample house: its outages run whenever it is started, its order belongs to the sample customer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backends.ticketing import sample
from backends.ticketing.outages import asking
from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock
from kit.db import Database


@pytest.fixture
async def session(served):
    database = Database(served.database_url, pool_size=1)
    async with database.transaction() as session:
        yield session
        await session.rollback()
    await database.close()


async def test_sample_order_is_dispatched_and_belongs_to_the_sample_phone(session, http):
    number = await sample.ticket_ok(session)
    order = http.get(f"/v1/work-orders/{number}", params={"phone_last4": "5678"}).json()
    assert (order["status"], order["contact_phone"]) == ("dispatched", "138****5678")
    assert number.startswith("GZ20261124")


async def test_past_orders_have_a_past(session):
    is_past = WorkOrder.idempotency_key.startswith("sample:past")
    past = (await session.execute(select(WorkOrder.registered_at, WorkOrder.status).where(is_past))).all()
    assert len(past) == sample.PAST_ORDERS == 600
    assert all(order.registered_at < clock.now() for order in past)
    assert {"closed", "withdrawn", "registered"} <= {order.status for order in past}


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=3), timedelta(days=1, hours=9), timedelta(days=40)])
async def test_sample_outages_run_whenever_the_house_is_started(session, later):
    with clock.hold(clock.now() + later):
        before = await _known(session)
        await sample.refresh_sample_outages(session)

        assert await _known(session) >= before
        running = await _asked(session, "阳光新城")
        assert running.eta_restore_at is not None and running.eta_restore_at > clock.now()
        planned = await _asked(session, "锦绣家园8栋")
        assert planned.off_at is not None and planned.off_at.date() == clock.today() + timedelta(days=3)


async def test_loading_again_adds_nothing(session):
    from backends.ticketing.outages.models import Outage

    count = select(func.count()).select_from(WorkOrder), select(func.count()).select_from(Outage)
    before = [(await session.execute(query)).scalar_one() for query in count]
    await sample.load(session)
    assert [(await session.execute(query)).scalar_one() for query in count] == before


async def _asked(session, q):
    found, _, _ = await asking.ask(session, asking.Question(q=q))
    return found[0]


async def _known(session):
    found, _, _ = await asking.ask(session, asking.Question(limit=100))
    return {outage.outage_no for outage in found if outage.community in ("阳光新城", "锦绣家园")}
