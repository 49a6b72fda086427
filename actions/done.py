"""A task is over: its slots are emptied, what was done is noted, and what comes next is put on the stack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa_sdk.events import SlotSet

from actions import learnt
from actions.turn import Turn

# Slots of a task's form; proof of identity and the account it is for outlive the task.
TASK_SLOTS: tuple[str, ...] = (
    "fault_neighbour",
    "fault_breaker",
    "fault_breaker_retry",
    "fault_address",
    "fault_account_no",
    "fault_symptom",
    "fault_scope",
    "fault_contact_phone",
    "fault_confirmed",
    "fault_amended",
    "fault_despite_known",
    "fault_appliance",
    "emergency_place",
    "emergency_hazard",
    "emergency_words",
    "emergency_sight",
    "emergency_phone",
    "outage_area",
    "outage_known",
    "outage_looked_up",
    "subscribe_wanted",
    "subscribe_phone",
    "bill_month",
    "bill_question",
    "bill_range",
    "account_confirmed",
    "identity_told",
    "account_source",
    "account_choices",
    "account_lookup",
    "account_phone",
    "pay_problem",
    "pay_amount",
    "pay_how",
    "pay_told",
    "pay_said_paid",
    "pay_sms_wanted",
    "pay_sms_phone",
    "pay_sms_confirmed",
    "dispute_bill",
    "reconnect_seen",
    "reconnect_paid",
    "reconnect_said_paid",
    "reconnect_waits",
    "invoice_kind",
    "invoice_who",
    "invoice_title",
    "invoice_tax_no",
    "invoice_tax_odd",
    "invoice_month",
    "invoice_email",
    "invoice_unproved",
    "invoice_told_consent",
    "change_kind",
    "change_told",
    "change_name",
    "change_phone",
    "change_period",
    "change_value",
    "change_sure",
    "change_unproved",
    "change_arrears",
    "service_facts",
    "service_phone",
    "service_confirmed",
    "service_amended",
    "service_summary",
    "identity_phone_last4",
    "identity_code",
    "identity_challenge",
    "progress_order_no",
    "progress_phone_last4",
    "urge_words",
    "request_matter",
    "request_wanted",
    "request_notices",
    "request_notice_door",
    "request_self_check",
    "request_business",
    "request_hall",
    "request_what",
    "request_danger",
    "request_place",
    "request_when",
    "request_wish",
    "request_grounds",
    "request_name",
    "request_account_no",
    "request_kw",
    "request_feed_in",
    "request_materials",
    "request_lacking",
    "request_pictures",
    "request_anonymous",
    "request_signature",
    "request_call_time",
    "request_phone",
    "request_visit",
    "request_confirmed",
    "request_amended",
    "visit_offers",
    "visit_options",
    "heard_digits",
    "heard_part",
    "by_keys",
    "request_first_words",
    "account_no_heard",
)
MOST_DONE = 8


def finished(
    turn: Turn, *, done: str | None = None, next_task: str | None = None, keep: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Events that end the task.

    Args:
        done: a line for the desk.
        next_task: begins at once after this one, before anything that was parked.
        keep: slots the next task still reads.
    """
    kept = set(keep)
    changes: dict[str, Any] = {
        slot: None for slot in TASK_SLOTS if turn.slots.get(slot) is not None and slot not in kept
    }
    changes |= {"attempt": 0, "misses": 0, "task_outcome": None, "task": None, "task_opening": None}
    if done:
        changes["done"] = [*(turn.slots.get("done") or []), done][-MOST_DONE:]
    if next_task:
        changes["task_stack"] = [next_up(next_task), *(turn.slots.get("task_stack") or [])]
    facts = learnt.of({**turn.slots, "done": changes.get("done", turn.slots.get("done"))})
    changes["learnt"] = facts
    return [SlotSet(slot, value) for slot, value in changes.items()]


def next_up(task: str, *, opening: dict[str, Any] | None = None, was_begun: bool = False) -> dict[str, Any]:
    """An entry of the task stack: what is to be done, the words it began with, and whether it was parked half done."""
    return {"task": task, "opening": opening, "was_begun": was_begun}
