"""The state machines: whole, reachable, and walked at random without ever leaving the table."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import hypothesis
import pytest
from hypothesis import strategies as st

from backends.ticketing.machine import FINAL, ROLES, STATUS_ZH
from backends.ticketing.outages.machine import CREW_STATE, OUTAGE
from backends.ticketing.work_orders import repository, schemas, service
from backends.ticketing.work_orders.details import DETAILS
from backends.ticketing.work_orders.guards import GUARDS
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.service import Act
from kernel import clock, ids
from kernel.errors import Conflict
from kit.db import Database

ALL = [*MACHINES.values(), OUTAGE]


@pytest.mark.parametrize("machine", ALL, ids=lambda m: m.name)
def test_table_is_whole(machine):
    reached, fresh = {machine.initial} | ({"planned"} if machine is OUTAGE else set()), True
    while fresh:
        fresh = {r.to for r in machine.rules if reached & set(r.states)} - reached
        reached |= fresh
    assert machine.states == reached, "a state nobody can reach"
    assert machine.states <= set(STATUS_ZH)
    for state in machine.states - FINAL:
        assert machine.possible(state), f"{state} is a dead end"
    for row in machine.rules:
        assert row.roles <= set(ROLES)
        assert row.check is None or row.check in GUARDS
        assert set(row.needs) <= set(DETAILS[machine.name].model_fields) | {"attachment_keys"}


def test_every_outage_state_says_what_the_crew_does():
    assert OUTAGE.states <= set(CREW_STATE)


FIRST = {
    "fault_report": {"address": "望江苑7号楼", "contact_phone": "13900000001"},
    "consult": {"question": "阶梯怎么算"},
    "apply": {"apply_type": "ev_charger"},
    "complaint": {"what_happened": "停电没通知"},
    "suggestion": {"content": "大字"},
    "praise": {"content": "好"},
    "appointment": {"service": "meter_test"},
}
# Something plausible for every field a row may need.
FILL = {
    "reply_text": "已核实", "expert_team": "核算班", "cause": "熔断", "repair_note": "更换", "reject_reason": "不符",
    "energized_at": "2026-11-25T10:00:00+08:00", "customer_feedback": "满意", "is_valid": "yes", "root_cause": "漏通知",
    "corrective_action": "补", "adoption": "adopted", "confirmed_slot": {"day": "2026-11-26", "half": "am"},
    "fee_estimate_fen": 5000, "fee_agreed": True, "result_note": "合格", "attachment_keys": ["att/1.jpg"],
}  # fmt: skip


async def _walk(url: str, order_type: str, draw) -> None:
    """Any events in any order, by whoever may or may not: the order only ever moves along the table."""
    machine, database = MACHINES[order_type], Database(url, pool_size=1)
    roles = sorted(ROLES)
    now = clock.now()
    async with database.transaction() as session:
        new = schemas.FILED[order_type].model_validate({"order_type": order_type, **FIRST[order_type]})
        if order_type == "fault_report":
            new = new.model_copy(update={"address": ids.new_id("a"), "contact_phone": None, "hazard_kind": "fire"})
            if draw(st.booleans()):
                new = new.model_copy(
                    update={"hazard_kind": "none", "landmark": ids.new_id("l"), "caller_phone": _phone(draw)}
                )
        order = (await service.file(session, new, key=ids.new_id("walk"))).order
        written = len(await repository.events(session, order.order_no))
        for _ in range(draw(st.integers(1, 14))):
            now += timedelta(minutes=draw(st.integers(0, 3000)))
            likely = machine.possible(order.status) or sorted(machine.events)
            event = draw(
                st.sampled_from(likely) if draw(st.integers(0, 4)) else st.sampled_from(sorted(machine.events))
            )
            rows = machine.rows(order.status, event)
            role = sorted(rows[0].roles)[0] if rows else draw(st.sampled_from(roles))
            data = {name: FILL[name] for row in rows for name in row.needs}
            before, version = order.status, order.version
            with clock.hold(now):
                try:
                    await service.move(session, order, Act(event, role, "h", "因为", data))
                except Conflict:
                    assert (order.status, order.version) == (before, version)
                    await session.refresh(order)
                    continue
            assert order.status in {r.to for r in rows} | {"closed"}
            history = await repository.events(session, order.order_no)
            assert len(history) > written and history[written].from_status == before
            written = len(history)
            assert (order.closed_at is not None) == (order.status in FINAL)
            assert order.clock_paused_s >= 0 and 0 <= order.reopened_count <= 2
            DETAILS[order_type].model_validate(order.details)
        chain = await repository.events(session, order.order_no)
        assert all(a.to_status == b.from_status for a, b in itertools.pairwise(chain))
        assert chain[-1].to_status == order.status
        await session.rollback()
    await database.close()


def _phone(draw) -> str:
    return f"139{draw(st.integers(10_000_000, 99_999_999))}"


@pytest.mark.parametrize("order_type", sorted(FIRST))
@hypothesis.settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck), database=None
)
@hypothesis.given(data=st.data())
def test_random_walk_never_leaves_the_table(served, order_type, data):
    asyncio.run(_walk(served.database_url, order_type, data.draw))
