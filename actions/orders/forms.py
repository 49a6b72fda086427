"""Which order is meant, and the four digits that let somebody hear of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import reading
from actions.account.identity import proved_account
from actions.forms import Draft, TaskForm
from actions.turn import Turn
from kernel import phone as phones

_ORDER_NO = re.compile(r"\b([A-Za-z]{2})\s*(\d{12,13})\b|([A-Za-z]{2})(\d{12,13})")


# The query code of a whistle-blowing: eight signs with at least one letter.
_CODE = re.compile(r"(?<![0-9A-Z])(?=[0-9]*[A-Z])[0-9A-Z]{8}(?![0-9A-Z])")


def heard_order_no(turn: Turn, *, asked: bool) -> str | None:
    """A whole order number, with its prefix or as the twelve digits a phone can key."""
    if match := _ORDER_NO.search(turn.text.replace(" ", "").replace("-", "")):
        return ((match[1] or match[3]) + (match[2] or match[4])).upper()
    value = turn.entity("ticket_no")
    if value and len(re.sub(r"\D", "", value)) >= 12:
        return value.upper()
    said = reading.digits(turn)
    return said if asked and len(said) in (12, 13) else None


class OrderForm(TaskForm):
    form = "order_form"
    slots = ("progress_order_no", "progress_phone_last4")

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked is None:
            draft["urge_words"] = f"{draft['urge_words'] or ''}{turn.text}"[:300]
        if code := _CODE.search(turn.text.upper()):
            draft["progress_order_no"] = code[0]
            draft.finish("by_code")
            return
        said = heard_order_no(turn, asked=asked == "progress_order_no")
        if said:
            draft["progress_order_no"] = said
            if asked == "progress_phone_last4":
                draft["attempt"] = 0
        elif asked == "progress_order_no" and (reading.cannot_say(turn.text) or reading.is_no(turn)):
            draft.finish("no_number")
        elif asked == "progress_phone_last4":
            digits = reading.digits(turn)
            if len(digits) in (4, 11):
                draft["progress_phone_last4"] = digits[-4:]

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        last = draft["last_order"] or {}
        if draft["task"] == "appointment_change" and not str(last.get("order_no") or "").startswith("YY"):
            last = _visit_of(last)
        if draft["progress_order_no"] is None and turn.asked is None and last.get("order_no"):
            draft["progress_order_no"] = _meant(turn.text, last)
        if draft["progress_order_no"] is None and proved_account(draft.all_slots()):
            draft.finish("by_identity")
            return
        if (
            draft["progress_order_no"]
            and draft["progress_order_no"] == last.get("order_no")
            and last.get("phone_last4")
        ):
            draft["progress_phone_last4"] = last["phone_last4"]  # filed in this very talk
        elif (
            draft["progress_order_no"] and turn.is_phone and turn.known_phone and draft["progress_phone_last4"] is None
        ):
            draft["progress_phone_last4"] = phones.last4(turn.known_phone)

        elif draft["progress_order_no"] is None and turn.is_phone and turn.known_phone and turn.asked is None:
            draft.finish("by_phone")  # nobody who calls has the number at hand: their phone finds it

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "progress_order_no":
            draft.finish("no_number")
        else:
            await super().give_up(turn, draft, asked, dispatcher)


_KIND_WORDS: tuple[tuple[str, str], ...] = (
    (r"投诉", "complaint"),
    (r"报修|抢修|没电|停电|修", "fault_report"),
    (r"建议", "suggestion"),
    (r"预约|上门", "appointment"),
    (r"新装|过户|申请|业务|充电桩|光伏|校表", "apply"),
)


def _meant(text: str, last: Mapping[str, Any]) -> str:
    """投诉的能快点吗: which of the orders just told is meant; the newest when the words do not say."""
    wanted = {kind for pattern, kind in _KIND_WORDS if re.search(pattern, text)}
    told = last.get("told") or ()
    return str(next((one["order_no"] for one in told if one["order_type"] in wanted), last["order_no"]))


def _visit_of(last: Mapping[str, Any]) -> Mapping[str, Any]:
    """The visit that was booked with an application of this talk; nothing when there was none."""
    number = last.get("visit_no")
    return {"order_no": number, "phone_last4": last.get("phone_last4")} if number else {}
