"""Every business request becomes an order the ticketing system takes, and ends with a number and a time."""

from __future__ import annotations

import importlib
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from actions.orders.fields import COMPLAINT_CLASSES, THEFT_ACTS, WHISTLE_CLASSES
from actions.orders.filed import filing_of
from actions.orders.kinds import ALL_SLOTS, KINDS
from actions.turn import Turn
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders.details import WhistleBlowDetails

stage = importlib.import_module("tests.actions.stage")
readings = importlib.import_module("tests.actions.test_reading")
TAKEN: TypeAdapter[Any] = TypeAdapter(schemas.NewOrder)


MATTERS = sorted((task, name) for task, kind in KINDS.items() for name in kind.matters)
ANSWERS: dict[str, Any] = {
    "request_what": "上门师傅态度不好，等了两小时没来",
    "request_account_no": "3100102346",
    "request_place": "锦绣家园8栋602",
    "request_phone": "13712346021",
    "request_kw": "8",
    "request_name": "陈晓",
    "request_visit": {"day": "2026-11-26", "half": "am"},
    "request_anonymous": "no",
    "request_when": "2026-11-23 20:00",
    "request_wish": "赔偿",
    "request_materials": "later",
    "request_hall": "东湖供电营业厅",
    "request_business": "过户",
    "request_feed_in": "全额上网",
    "request_call_time": "11月25日上午",
    "request_self_check": "still",
    "request_grounds": "老人多",
    "request_signature": "王老师",
    "request_confirmed": "yes",
}


def told(task: str, matter: str = "", **slots: Any) -> Turn:
    named = matter or next(iter(KINDS[task].matters))
    about = {"task": task, "task_id": f"id-{task}", "request_matter": named or "skipped"}
    turn: Turn = readings.turn("对", slots={**ANSWERS, **about, **slots})
    return turn


@pytest.mark.parametrize(("task", "matter"), MATTERS)
def test_the_ticketing_system_takes_its_fields(task: str, matter: str) -> None:
    filing = filing_of(told(task, matter), task)
    assert TAKEN.validate_python({"order_type": filing.kind, **filing.fields})


@pytest.mark.parametrize(("task", "matter"), MATTERS)
def test_every_slot_it_asks_is_one_of_the_form(task: str, matter: str) -> None:
    assert set(KINDS[task].matters[matter].slots) <= set(ALL_SLOTS)


@pytest.mark.parametrize("kind", [kind for _, kind in WHISTLE_CLASSES])
def test_every_class_of_wrong_is_one_of_theirs(kind: str) -> None:
    assert TAKEN.validate_python({"order_type": "whistle_blow", "what": "x", "where": "y", "whistle_class": kind})


@pytest.mark.row("S81")
def test_every_way_of_theft_can_be_told() -> None:
    told_ways = {act for _, act in THEFT_ACTS} | {"other"}
    assert told_ways == set(get_args(get_args(WhistleBlowDetails.model_fields["theft_act"].annotation)[0]))


@pytest.mark.parametrize("kind", [kind for _, kind in COMPLAINT_CLASSES])
def test_every_class_of_complaint_is_one_of_theirs(kind: str) -> None:
    assert TAKEN.validate_python({"order_type": "complaint", "what_happened": "x", "complaint_class": kind})


def test_an_anonymous_whistle_blower_is_not_in_the_order() -> None:
    filing = filing_of(told("whistleblow", request_anonymous="yes"), "whistleblow")
    assert "13712346021" not in str(filing.fields) and "3100102346" not in str(filing.fields)


@pytest.mark.parametrize(("task", "matter"), [pair for pair in MATTERS if pair[0] != "whistleblow"])
@pytest.mark.row("S06")
async def test_it_ends_with_a_number_and_a_time(task: str, matter: str) -> None:
    with stage.systems():
        answer = await stage.Stage(dict(told(task, matter).slots)).run("action_file_request", "对")
    assert answer.values["order_no"][:2].isupper()
    assert answer.values["by"]
    assert answer.slots["last_order"]["phone_last4"] == "6021"


async def test_whoever_holds_the_code_hears_how_far_it_is_and_nothing_else() -> None:
    with stage.systems():
        filed = await stage.Stage(dict(told("whistleblow", request_danger="no").slots)).run("action_file_request", "对")
        asking = stage.Stage({"task": "ticket_progress", "attempt": 0})
        await asking.run("validate_order_form", f"查一下 {filed.values['code']}", form="order_form")
        answer = await asking.run("action_tell_progress", "")
    assert answer.said == ["utter_code_progress"]
    assert "JB" not in str(answer.values) and not answer.cards
