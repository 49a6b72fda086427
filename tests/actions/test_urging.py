"""Why an order is pushed, which one is meant, and what is said of it."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any

import pytest

from actions.orders.actions import urged_because
from actions.turn import Turn
from clients.ticketing.memory import MemoryTicketing
from clients.ticketing.protocol import Order

stage = importlib.import_module("tests.actions.stage")
readings = importlib.import_module("tests.actions.test_reading")
ORDER = Order("GZ202611240018", "fault_report", "dispatched")


def urging(words: str) -> Turn:
    turn: Turn = readings.turn(words, slots={"urge_words": words})
    return turn


@pytest.mark.parametrize(
    ("words", "late", "reason"),
    [
        ("催一下", False, "asking"),
        ("怎么还没来，都一小时了", True, "overdue"),
        ("家里老人冷得不行", False, "worse"),
        ("我爸的呼吸机快没电了", True, "life_need"),
    ],
)
def test_the_reason_is_what_the_customer_says(words: str, late: bool, reason: str) -> None:
    told, note = urged_because(urging(words), replace(ORDER, is_overdue=late))
    assert told == reason
    assert (note is not None) == (reason in ("worse", "life_need"))


async def urge(ticketing: MemoryTicketing, order_no: str, words: str = "催一下", task_id: str = "t1") -> Any:
    slots = {"task": "ticket_urge", "task_id": task_id, "urge_words": words}
    with stage.systems(ticketing=ticketing):
        asked = stage.Stage({**slots, "progress_order_no": order_no, "progress_phone_last4": "5678"})
        return await asked.run("action_urge", words)


async def progress(ticketing: MemoryTicketing, order_no: str) -> Any:
    slots = {"task": "ticket_progress", "task_outcome": None, "progress_order_no": order_no}
    with stage.systems(ticketing=ticketing):
        return await stage.Stage({**slots, "progress_phone_last4": "5678"}).run("action_tell_progress", "5678")


async def test_inside_the_cooling_time_it_is_only_counted_unless_it_got_worse() -> None:
    ticketing = MemoryTicketing()
    order = await ticketing.open_order("complaint", {"what_happened": "x", "contact_phone": "13812345678"}, key="k1")
    first = await urge(ticketing, order.no)
    second = await urge(ticketing, order.no, task_id="t2")
    third = await urge(ticketing, order.no, "家里老人冷得不行", task_id="t3")
    assert [first.said, second.said, third.said] == [
        ["utter_urged"],
        ["utter_urged_lately"],
        ["utter_urged_to_leader"],
    ]


async def test_what_is_over_is_not_promised_any_more_news() -> None:
    ticketing = MemoryTicketing()
    order = await ticketing.open_order("complaint", {"what_happened": "x", "contact_phone": "13812345678"}, key="k1")
    standing = await progress(ticketing, order.no)
    await ticketing.act(order.no, "withdraw", role="customer", actor="customer", key="k2", phone_last4="5678")
    over = await progress(ticketing, order.no)
    assert [standing.said, over.said] == [["utter_progress"], ["utter_progress_ended"]]
