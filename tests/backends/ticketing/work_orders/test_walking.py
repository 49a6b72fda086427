"""Every machine, walked at random through the real rules: an order only ever moves along its table, and nothing of
what happened to it is lost."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import hypothesis
import pytest
from hypothesis import stateful
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.whistle import repository as whistle
from backends.ticketing.machine import FINAL, ROLES
from backends.ticketing.work_orders import filing, records, repository, schemas, service, urging
from backends.ticketing.work_orders.details import DETAILS
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.service import Act
from kernel import clock, ids
from kernel.errors import ServiceError
from kit.db import Database

T = TypeVar("T")
NOON = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)
WALKS, STEPS = 28, 8
MINUTES = (0, 1, 5, 30, 240, 1441, 2900, 4400, 10_100)
# Whoever handles a case does not approve it.
ACTORS = {"supervisor": "K9001", "sealed_lead": "J6001"}

FIRST: dict[str, dict[str, Any]] = {
    "fault_report": {"contact_phone": "13900000001", "address": "火星路1号"},
    "consult": {"question": "阶梯怎么算", "contact_phone": "13900000001"},
    "apply": {
        "apply_type": "ev_charger", "contact_phone": "13900000001", "contact_name": "王小明",
        "owner_id_no": "320102198001011234",
    },
    "complaint": {"what_happened": "停电没通知", "contact_phone": "13900000001"},
    "whistle_blow": {"what": "夜里绕过电表用电", "where": "工业路某院"},
    "suggestion": {"content": "大字"},
    "praise": {"content": "好"},
    "appointment": {"service": "meter_test", "contact_phone": "13900000001"},
}  # fmt: skip

# Something plausible for whatever an event needs.
FILL: dict[str, Any] = {
    "reply_text": "已核实，三天内办好", "expert_team": "核算班", "cause": "熔断", "repair_note": "更换",
    "reject_reason": "不符", "energized_at": "2026-11-25T10:00:00+08:00", "customer_feedback": "满意",
    "is_valid": "yes", "root_cause": "漏通知", "corrective_action": "补", "adoption": "adopted",
    "confirmed_slot": {"day": "2027-03-01", "half": "am"}, "fee_estimate_fen": 5000, "fee_agreed": True,
    "result_note": "合格", "attachment_keys": ["att/1.jpg"], "finding": "confirmed", "incentive": "加 2 分",
    "team_reply": "换件中，预计 21:00 前复电", "answers": {"q1_restored": "yes", "q2_score": 5},
}  # fmt: skip
BESIDE: dict[str, dict[str, Any]] = {
    "materials_in": {"materials": [{"name": "产权证", "state": "uploaded"}]},
    "check_materials": {"materials": [{"name": "产权证", "state": "checked"}]},
    "materials_short": {"materials": [{"name": "产权证", "state": "missing"}]},
    "merge": {"parent_order_no": "TD202611240001"},
    "solved_remotely": {"is_restored": "yes"},
    "customer_side": {"is_customer_side": "yes"},
    "need_support": {"eta_restore_at": "2026-11-25T10:00:00+08:00"},
    "restore": {"is_restored": "unknown"},
    "unsatisfied": {"is_solved": "no"},
    "assign": {"owner": "J6002"},
    "verify": {"praised_staff": "东湖抢修一班"},
    "reschedule": {"confirmed_slot": {"day": "2027-03-02", "half": "pm"}},
    "unsolved": {"confirmed_slot": {"day": "2027-03-02", "half": "pm"}},
}


@dataclass
class World:
    """One event loop and one database for all walks; a walk is one transaction, undone at its end."""

    runner: asyncio.Runner
    database: Database

    def do(self, work: Callable[[], Awaitable[T]]) -> T:
        async def run() -> T:
            return await work()

        return self.runner.run(run())


@pytest.fixture(scope="module")
def world(served: Any) -> Iterator[World]:
    with asyncio.Runner() as runner:
        database = Database(served.database_url, pool_size=1)
        yield World(runner, database)
        runner.run(database.close())


async def first(session: AsyncSession, order_type: str) -> WorkOrder:
    """An order of this type at the start of its life."""
    key = ids.new_id("walk")
    if order_type in FIRST:
        new = schemas.FILED[order_type].model_validate({"order_type": order_type, **FIRST[order_type]})
        order = (await service.file(session, new, key=key)).order
        if case := await whistle.case_of(session, order.order_no):
            case.redacted_what = "某处有人绕表用电"
        return order
    target = await first(session, "fault_report")
    if order_type == "urge":
        urged = await urging.urge(session, target, schemas.NewUrge(reason="overdue"), key=key)
        assert urged.record is not None
        return urged.record
    details = {"target_order_no": target.order_no, "follow_kind": "order", "method": "sms"}
    draft = filing.Draft("follow_up", 4, "回访组", target.deadline_at, "回访", details)
    return await records.insert_about(session, target, draft, key=key)


class Walk(stateful.RuleBasedStateMachine):
    """Whoever may or may not, at whatever time, wants whatever may or may not be."""

    def __init__(self, world: World, order_type: str) -> None:
        super().__init__()
        self.world, self.machine, self.now = world, MACHINES[order_type], NOON
        self.session = AsyncSession(world.database.engine, expire_on_commit=False)
        self.order = self.run(lambda: first(self.session, order_type))
        self.written = len(self.history())
        self.deadline, self.level = self.order.deadline_at, self.order.escalation_level

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        with clock.hold(self.now):
            return self.world.do(work)

    def history(self) -> list[Any]:
        return list(self.run(lambda: repository.events(self.session, self.order.order_no)))

    async def _try(self, act: Act) -> bool:
        try:
            async with self.session.begin_nested():
                await service.move(self.session, self.order, act)
        except ServiceError:
            await self.session.refresh(self.order)
            return False
        return True

    def want(self, event: str, role: str, data: dict[str, Any]) -> None:
        order, before, closed_at = self.order, self.order.status, self.order.closed_at
        version = order.version
        happened = self.run(lambda: self._try(Act(event, role, ACTORS.get(role, "J6002"), "因为", data)))
        history = self.history()
        if not happened:
            assert (order.status, order.version, len(history)) == (before, version, self.written)
            return
        mine = history[self.written]
        assert (mine.event, mine.role, mine.from_status) == (event, role, before)
        assert mine.to_status in {row.to for row in self.machine.rows(before, event) if row.allows(role)}
        assert before not in FINAL or event == "reopen", "a finished order moved"
        assert before in FINAL or closed_at is None
        self.written = len(history)

    def step(self, pick: int) -> None:
        """One event the table knows here, with everything it asks for, some time after the last one. What ends the
        order comes seldom, or no walk would be long."""
        self.now += timedelta(minutes=MINUTES[pick % len(MINUTES)])
        rows = [row for row in self.machine.rules if self.order.status in row.states]
        rows = 3 * [row for row in rows if row.to not in FINAL] + rows
        if rows:
            row = rows[pick % len(rows)]
            fill = {name: FILL[name] for name in row.needs} | BESIDE.get(row.event, {})
            if row.event == "not_found":
                fill["customer_calls"] = 2 * [self.now.isoformat()]
            role = sorted(row.roles)[pick % len(row.roles)]
            self.want(row.event, "customer" if role == "any" else role, fill)

    @stateful.rule(picks=st.lists(st.integers(0, 10_000), min_size=3, max_size=8))
    def things_happen(self, picks: list[int]) -> None:
        for pick in picks:
            self.step(pick)

    @stateful.rule(event=st.data(), role=st.sampled_from(sorted(ROLES)))
    def what_may_not_be(self, event: st.DataObject, role: str) -> None:
        self.want(event.draw(st.sampled_from(sorted(self.machine.events))), role, {})

    @stateful.invariant()
    def the_chain_is_unbroken(self) -> None:
        chain = self.history()
        assert chain[0].from_status is None
        assert all(one.to_status == other.from_status for one, other in itertools.pairwise(chain))
        assert all(one.at <= other.at for one, other in itertools.pairwise(chain))
        assert chain[-1].to_status == self.order.status
        assert all(event.actor and event.role and event.client for event in chain)

    @stateful.invariant()
    def the_order_is_whole(self) -> None:
        order = self.order
        assert order.status in self.machine.states
        assert (order.closed_at is not None) == (order.status in FINAL) == (order.close_reason is not None)
        assert 0 <= order.reopened_count <= 2
        assert 0 <= order.escalation_level <= 3
        DETAILS[order.order_type].model_validate(order.details)

    @stateful.invariant()
    def clocks_only_run_on(self) -> None:
        order = self.order
        assert order.clock_paused_s >= 0
        assert (order.paused_at is not None) == (order.status == "waiting_customer")
        assert order.deadline_at >= order.registered_at
        assert order.escalation_level >= self.level, "escalation never falls"
        assert order.deadline_at >= self.deadline, "no promise is taken back"
        self.deadline, self.level = order.deadline_at, order.escalation_level

    def teardown(self) -> None:
        async def undo() -> None:
            await self.session.rollback()
            await self.session.close()

        self.world.do(undo)


@pytest.mark.parametrize("order_type", sorted(MACHINES))
def test_walk_never_leaves_the_table(world: World, order_type: str) -> None:
    settings = hypothesis.settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    stateful.run_state_machine_as_test(lambda: Walk(world, order_type), settings=settings)
