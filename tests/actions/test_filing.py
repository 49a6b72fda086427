"""A confirmed report stands once, or is kept until it can be filed; the customer hears which."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from clients.ticketing.memory import MemoryTicketing
from clients.ticketing.protocol import FaultReport, Order
from kernel import clock
from kernel.errors import Unavailable
from kit import migrate
from kit.db import Database

stage = importlib.import_module("tests.actions.stage")

CONFIRMED = {
    "task": "fault_report",
    "task_id": "task-1",
    "fault_address": "翠湖花园3号楼2单元402",
    "fault_symptom": "停电",
    "fault_neighbour": "no",
    "fault_breaker": "no",
    "fault_scope": "一户",
    "fault_contact_phone": "13912342207",
    "fault_confirmed": "yes",
}


class DownTicketing(MemoryTicketing):
    async def open_fault_report(self, report: FaultReport, *, key: str) -> Order:
        raise Unavailable("off")

    async def open_order(self, order_type: str, fields: Any, *, key: str) -> Order:
        raise Unavailable("off")


class StormTicketing(MemoryTicketing):
    """Gathers every report into an outage of its area that ends in so many minutes, if that is known."""

    def __init__(self, eta_min: int | None) -> None:
        super().__init__()
        self._eta = clock.now() + timedelta(minutes=eta_min) if eta_min is not None else None

    async def open_fault_report(self, report: FaultReport, *, key: str) -> Order:
        order = await super().open_fault_report(report, key=key)
        return replace(order, status="merged", parent_order_no="TD202611240001", eta_restore_at=self._eta)


@pytest.fixture
async def db(empty_database: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(migrate.up, empty_database, "jobs")
    database = Database(empty_database)
    yield database
    await database.close()


async def waiting(db: Database) -> list[dict[str, Any]]:
    async with db.reading() as session:
        rows = await session.execute(sa.text("SELECT task_name, args FROM jobs.procrastinate_jobs"))
        return [{"task": name, **args} for name, args in rows]


@pytest.mark.row("S26")
async def test_a_confirmed_report_is_filed_and_its_number_and_time_are_said() -> None:
    with stage.systems():
        told = await stage.Stage(dict(CONFIRMED)).run("action_file_fault_report", "对")
    assert told.said == ["utter_fault_filed"]
    assert told.values["order_no"].startswith("GZ")
    assert told.values["order_no_spoken"].startswith("报修单，")
    assert told.cards == ["order"]


@pytest.mark.parametrize(
    ("eta", "said"),
    [(60, "utter_fault_joined"), (-5, "utter_fault_joined_no_time"), (None, "utter_fault_joined_no_time")],
)
async def test_a_report_of_an_area_that_is_out_is_told_so_with_the_time_it_is_back(eta: int | None, said: str) -> None:
    with stage.systems(ticketing=StormTicketing(eta)):
        told = await stage.Stage(dict(CONFIRMED)).run("action_file_fault_report", "对")
    assert told.said == [said]
    assert ("eta" in told.values) == (eta is not None)


async def test_the_same_turn_again_files_nothing_twice() -> None:
    with stage.systems():
        one = await stage.Stage(dict(CONFIRMED)).run("action_file_fault_report", "对")
        two = await stage.Stage(dict(CONFIRMED)).run("action_file_fault_report", "对")
    assert one.values["order_no"] == two.values["order_no"]


async def test_with_ticketing_off_the_report_is_kept_once(db: Database) -> None:
    with stage.systems(ticketing=DownTicketing(), jobs=db):
        told = await stage.Stage(dict(CONFIRMED)).run("action_file_fault_report", "对")
        await stage.Stage(dict(CONFIRMED)).run("action_file_fault_report", "对")
    assert told.said == ["utter_filing_kept"]
    kept = await waiting(db)
    assert [job["task"] for job in kept] == ["actions.file_order"]
    assert kept[0]["fields"]["contact_phone"] == "13912342207"
    assert kept[0]["conversation_id"] == "c_test"


async def test_when_it_cannot_even_be_kept_a_person_takes_over() -> None:
    with stage.systems(ticketing=DownTicketing()):
        told = await stage.Stage(dict(CONFIRMED)).run("action_file_fault_report", "对")
    assert told.said == ["utter_filing_lost"]
    assert told.slots["wants_person"]["reason"]


@pytest.mark.row("S97")
async def test_an_emergency_leads_to_a_person_whatever_ticketing_does() -> None:
    slots = {
        "task": "fault_emergency",
        "task_id": "e1",
        "emergency_hazard": "line_down",
        "emergency_place": "建设街桥头",
    }
    for ticketing in (MemoryTicketing(), DownTicketing()):
        with stage.systems(ticketing=ticketing):
            told = await stage.Stage(dict(slots)).run("action_file_emergency", "建设街桥头")
        assert [s["skill"] for s in told.signals if s["kind"] == "handoff"] == ["emergency"]
        assert "建设街桥头" in told.signals[0]["summary"] and "断线落地" in told.signals[0]["summary"]


async def test_a_whistle_blower_leaves_no_number_and_no_phone() -> None:
    slots = {
        "task": "whistleblow",
        "task_id": "w1",
        "request_what": "锦绣家园12栋偷电",
        "request_place": "锦绣家园12栋",
        "request_anonymous": "yes",
        "request_confirmed": "yes",
    }
    with stage.systems():
        told = await stage.Stage(slots, context={"caller_phone": "13812345678"}).run("action_file_request", "对")
    assert told.said == ["utter_whistle_filed"]
    assert "JB" not in str(told.values)
    assert told.slots["learnt"]["facts"] == [] and told.slots.get("last_order") is None
