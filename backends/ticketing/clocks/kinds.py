"""Which clocks an order of each type runs on: what starts one, what keeps the promise, where it stands still, when it
is warned of (domain/work-orders.md 5.2, 5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from types import MappingProxyType
from typing import Literal

from backends.ticketing.work_orders.models import WorkOrder

Warns = Literal["quarter", "day", "workday"]


class Start(Enum):
    """Where a clock that starts takes its due moment from."""

    KEPT = "the moment the order already names"
    ANEW = "the promise, counted from now"
    ONCE = "the promise, counted from now, unless the clock runs already"


def _anything(_: WorkOrder) -> str | None:
    return None


def _area(order: WorkOrder) -> str | None:
    return order.area_kind or "urban"


def _priority(order: WorkOrder) -> str | None:
    return f"priority_{order.priority}"


@dataclass(frozen=True)
class Kind:
    """Attributes:
    kpi, narrowed: which row of the commitments.
    starts: event → where the due moment comes from; only in a state of `runs_in`.
    runs_in: states outside of which the clock is stopped; empty: every state that is not final.
    stands_in: state → why the clock stands there.
    stands_at_most: all its pauses together; None without a limit.
    is_main: `deadline_at` of the order is this clock's due moment.
    detail: the field of the order that names the due moment.
    warns: when it is warned of; None never.
    escalates: False: an alarm for the team only, no level.
    """

    name: str
    zh: str
    kpi: str
    met_by: frozenset[str]
    starts: Mapping[str, Start] = field(default_factory=lambda: {"register": Start.KEPT})
    narrowed: Callable[[WorkOrder], str | None] = _anything
    runs_in: frozenset[str] = frozenset()
    stands_in: Mapping[str, str] = field(default_factory=dict)
    stands_at_most: timedelta | None = None
    is_main: bool = False
    detail: str | None = None
    warns: Warns | None = "quarter"
    escalates: bool = True


_WAITS = MappingProxyType({"waiting_customer": "customer_material"})
_AWAY = ("handed_over", "cannot_access", "accepted", "en_route")
_REPLY_AGAIN = {"register": Start.KEPT, "reopen": Start.KEPT}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _topic(order: WorkOrder) -> str | None:
    return str(order.details["topic"])


def _apply_type(order: WorkOrder) -> str | None:
    return str(order.details["apply_type"])


KINDS: dict[str, tuple[Kind, ...]] = {
    "fault_report": (
        Kind(
            "on_site", "到场", "on_site", _words("arrive"),
            {"register": Start.KEPT, "detach": Start.KEPT, "reopen": Start.KEPT},
            narrowed=_area, runs_in=_words("registered dispatched accepted en_route"), is_main=True,
            detail="on_site_by",
        ),
        Kind(
            "accept", "接单", "accept", _words("accept"), {"dispatch": Start.ANEW, "reopen": Start.ANEW},
            narrowed=_priority, runs_in=_words("dispatched"), warns=None,
        ),
        # A fresh report is sent to a crew in the transaction that files it: only what came back waits for one.
        Kind(
            "dispatch", "派单", "dispatch", _words("dispatch"), {"decline": Start.ANEW, "no_answer": Start.ANEW},
            narrowed=_priority, runs_in=_words("registered"), warns=None,
        ),
        Kind(
            "restore", "恢复", "restore_target", _words("restore"), {"arrive": Start.ONCE, "said_no": Start.ONCE},
            narrowed=_area, runs_in=_words("on_site repairing") | frozenset(_AWAY),
            stands_in={"handed_over": "customer_side", **dict.fromkeys(_AWAY[1:], "customer_absent")},
        ),
    ),
    "complaint": (
        Kind(
            "assign", "转办", "order_sent_alarm", _words("assign"), {"register": Start.ANEW}, warns=None,
            escalates=False,
        ),
        Kind(
            "contact", "首次联系", "complaint_contact", _words("contact"),
            {"register": Start.KEPT, "reopen": Start.ANEW}, detail="contact_by",
        ),
        Kind(
            "reply", "答复", "complaint_reply", _words("reply"), {**_REPLY_AGAIN, "refuse": Start.ANEW},
            stands_in=_WAITS, stands_at_most=timedelta(days=3), is_main=True, detail="reply_by", warns="day",
        ),
    ),
    "whistle_blow": (
        Kind("reply", "答复", "whistle_blow_reply", _words("reply"), is_main=True, detail="reply_by", warns="day"),
    ),
    "suggestion": (
        Kind(
            "reply", "答复", "suggestion_reply", _words("reply"), {"register": Start.KEPT, "ask_more": Start.ANEW},
            is_main=True, detail="reply_by", warns="workday",
        ),
    ),
    "praise": (
        Kind("forward", "转达", "praise_forward", _words("forward cannot_find"), is_main=True, warns="workday"),
    ),
    "consult": (
        Kind(
            "first_reply", "首答", "consult_first_reply", _words("answer_now reply ask_customer"),
            {"register": Start.ANEW}, stands_in=_WAITS, warns="workday",
        ),
        Kind(
            "reply", "办结", "consult_reply", _words("answer_now reply"), {**_REPLY_AGAIN, "object": Start.ANEW},
            narrowed=_topic, stands_in=_WAITS, is_main=True, warns="workday",
        ),
    ),
    "apply": (
        Kind(
            "done", "办结", "apply_done", _words("energize finish_no_energize"), _REPLY_AGAIN, narrowed=_apply_type,
            stands_in=_WAITS, is_main=True, warns="workday",
        ),
    ),
    "appointment": (
        Kind("confirm", "需求确认", "appointment_confirm", _words("call_back"), detail="confirm_call_by"),
        Kind("done", "上门", "appointment_done", _words("finish"), is_main=True, warns="workday"),
    ),
    "follow_up": (Kind("done", "回访", "follow_up_done", frozenset(), is_main=True),),
}  # fmt: skip

NAMES = {(order_type, kind.name): kind for order_type, kinds in KINDS.items() for kind in kinds}
STANDS_ZH: dict[str, str] = {
    "customer_material": "等客户补充材料",
    "customer_work": "等客户自己的工程",
    "customer_side": "等客户侧处理",
    "customer_absent": "等客户在场",
    "rescue_closure": "救援封控",
    "traffic_closure": "交通封控",
}


def of(order_type: str) -> tuple[Kind, ...]:
    return KINDS.get(order_type, ())
