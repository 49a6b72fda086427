"""The worked examples of domain/work-orders.md are records this system could hold."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from backends.ticketing import commitments, numbering
from backends.ticketing.machine import STATUS_ZH
from backends.ticketing.outages.machine import OUTAGE
from backends.ticketing.work_orders.details import DETAILS
from backends.ticketing.work_orders.filing import priority_of_fault
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder

EXAMPLES = {e["order_no"]: e for e in json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))}
COMMON = {column.key for column in WorkOrder.__table__.columns}


def test_there_are_fourteen():
    assert len(EXAMPLES) == 14


@pytest.mark.parametrize("number", sorted(EXAMPLES))
def test_example_fits_its_type(number):
    record = EXAMPLES[number]
    model = DETAILS[record["order_type"]]
    own = {k: v for k, v in record.items() if k in model.model_fields}

    kept = model.model_validate(own).model_dump(mode="json")

    assert {name: kept[name] for name in own} == own
    assert not any(kept[name] for name in set(kept) - set(own))  # what only this system keeps is empty in them
    assert set(record) - set(own) <= COMMON
    assert numbering.type_of(number) == record["order_type"]
    assert record["status"] in STATUS_ZH
    assert record["status"] in {**MACHINES, "outage": OUTAGE}[record["order_type"]].states


@pytest.mark.parametrize("number", ["GZ202611180007", "GZ202611180008", "GZ202611180015", "GZ202611190003"])
def test_fault_examples_have_the_priority_and_promise_our_rules_give(number):
    record = EXAMPLES[number]
    assert priority_of_fault(record) == record["priority"]
    due = commitments.due("on_site", datetime.fromisoformat(record["registered_at"]), record["area_kind"])
    assert due.isoformat() == record["on_site_by"] == record["deadline_at"]


@pytest.mark.parametrize(
    ("number", "kpi", "narrow", "field"),
    [
        ("ZX202611180012", "consult_reply", "bill", "deadline_at"),
        ("YW202611090031", "apply_done", "new_low_business", "deadline_at"),
        ("TS202611120004", "complaint_reply", None, "reply_by"),
        ("TS202611120004", "complaint_contact", None, "contact_by"),
        ("JB202611100002", "whistle_blow_reply", None, "reply_by"),
        ("JY202611050003", "suggestion_reply", None, "reply_by"),
        ("BY202611190001", "praise_forward", None, "deadline_at"),
        ("YY202611160008", "appointment_confirm", None, "confirm_call_by"),
        ("YY202611160008", "appointment_done", None, "deadline_at"),
    ],
)
def test_other_examples_have_the_promise_our_rules_give(number, kpi, narrow, field):
    record = EXAMPLES[number]
    due = commitments.due(kpi, datetime.fromisoformat(record["registered_at"]), narrow)
    assert due.isoformat() == record[field]
