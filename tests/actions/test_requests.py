"""Every business request becomes an order the ticketing system takes, and ends with a number and a time."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from pydantic import TypeAdapter

from actions.orders.kinds import APPLY_TYPES, COMPLAINT_CLASSES, KINDS
from actions.orders.requests import filing_of
from actions.turn import Turn
from backends.ticketing.work_orders import schemas

stage = importlib.import_module("tests.actions.stage")
readings = importlib.import_module("tests.actions.test_reading")
TAKEN: TypeAdapter[Any] = TypeAdapter(schemas.NewOrder)


def told(task: str, **slots: Any) -> Turn:
    defaults = {
        "task": task,
        "task_id": f"id-{task}",
        "request_what": "上门师傅态度不好，等了两小时没来",
        "request_account_no": "3100102346",
        "request_place": "锦绣家园8栋602",
        "request_phone": "13712346021",
        "request_anonymous": "no" if task == "whistleblow" else "skipped",
        "request_confirmed": "yes",
    }
    turn: Turn = readings.turn("对", slots={**defaults, **slots})
    return turn


@pytest.mark.parametrize("task", sorted(KINDS))
def test_the_ticketing_system_takes_its_fields(task: str) -> None:
    filing = filing_of(told(task), task)
    assert TAKEN.validate_python({"order_type": filing.kind, **filing.fields})


@pytest.mark.parametrize("business", sorted(APPLY_TYPES))
def test_every_business_has_an_apply_type(business: str) -> None:
    filing = filing_of(told("account_change", request_business=business), "account_change")
    assert TAKEN.validate_python({"order_type": filing.kind, **filing.fields})


@pytest.mark.parametrize("kind", [kind for _, kind in COMPLAINT_CLASSES])
def test_every_class_of_complaint_is_one_of_theirs(kind: str) -> None:
    assert TAKEN.validate_python({"order_type": "complaint", "what_happened": "x", "complaint_class": kind})


def test_an_anonymous_whistle_blower_is_not_in_the_order() -> None:
    filing = filing_of(told("whistleblow", request_anonymous="yes"), "whistleblow")
    assert "13712346021" not in str(filing.fields) and "3100102346" not in str(filing.fields)


@pytest.mark.parametrize("task", sorted(set(KINDS) - {"whistleblow"}))
@pytest.mark.row("S06")
async def test_it_ends_with_a_number_and_a_time(task: str) -> None:
    with stage.systems():
        answer = await stage.Stage(dict(told(task).slots)).run("action_file_request", "对")
    assert answer.values["order_no"][:2].isupper()
    assert answer.values["by"]
    assert answer.slots["last_order"]["phone_last4"] == "6021"
