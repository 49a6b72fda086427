"""The requests that are taken down: what each asks, which order it becomes, what is told first.

One row a matter (domain/service-catalogue.md 2, domain/work-orders.md 4); which matter of a task is meant is read out
of the words, or asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.forms import SKIPPED
from actions.orders import fields as own

Slots = Mapping[str, Any]
Fields = Callable[[Slots], dict[str, Any]]


@dataclass(frozen=True)
class Matter:
    """`asks` are the slots needed, besides phone and read-back; `fields` the order's own fields out of the slots."""

    order_type: str
    asks: tuple[str, ...]
    fields: Fields = field(default=lambda slots: {})
    service: str | None = None
    """A row of services.yml that is told before anything is asked."""
    needs_phone: bool = True

    @property
    def slots(self) -> tuple[str, ...]:
        return (*self.asks, *(("request_phone",) if self.needs_phone else ()), "request_confirmed")


@dataclass(frozen=True)
class Kind:
    """A task: its matters by name, the words that mean each, and the one meant when nothing says otherwise."""

    matters: Mapping[str, Matter]
    words: tuple[tuple[str, str], ...] = ()
    default: str | None = ""

    def named(self, text: str) -> str | None:
        """The matter these words name, None when they name none."""
        return next((name for pattern, name in self.words if re.search(pattern, text)), None)


def one(order_type: str, *asks: str, fields: Fields, **more: Any) -> Kind:
    return Kind({"": Matter(order_type, asks, fields, **more)})


def _applied(apply_type: str, *asks: str, **more: Any) -> Matter:
    return Matter("apply", asks, own.apply(apply_type), service=apply_type, **more)


_PAPERS_AND_VISIT = ("request_materials", "request_visit")
_HOME = ("request_place", "request_name", "request_kw", "request_materials", "request_visit")
_NEW_CONNECTION = Kind(
    {
        "new_residential": _applied("new_residential", *_HOME),
        "new_low_business": _applied("new_low_business", "request_what", *_HOME),
        "new_high_single": _applied("new_high_single", "request_what", *_HOME),
        "temporary": _applied("temporary", "request_what", *_HOME[:4]),
        "increase": _applied("increase", "request_account_no", "request_kw", "request_visit"),
    },
    words=(
        (r"增容|加大|加电|扩容|增加(负荷|容量|电)|不够用|太小|换大|电小", "increase"),
        (r"临时|工地|施工|办酒|搭棚|抽水", "temporary"),
        (r"高压|专变|千伏|变压器|kVA|KVA|kva", "new_high_single"),
        (r"公司|单位|店|厂|企业|商铺|门面|门市|饭馆|超市|非居民|经营|做生意|办公", "new_low_business"),
        (r"居民|住宅|家里住|自己住|新房|毛坯", "new_residential"),
    ),
    default="new_residential",
)
_METER = Kind(
    {
        "meter_test": _applied("meter_test", "request_self_check", "request_account_no", "request_visit"),
        "move_meter": _applied("move_meter", "request_account_no", "request_place", *_PAPERS_AND_VISIT),
        "broken": Matter("fault_report", ("request_what", "request_account_no", "request_place"), own.broken_meter),
    },
    words=(
        (r"移表|挪|移到|换个?(地方|位置)|搬", "move_meter"),
        (r"黑屏|不亮|不显示|没显示|坏|烧|不走字|不走了|不动|乱码|换(个|块)?(新)?表|破|掉", "broken"),
        (r"校|准|快|慢|多走|跑|验|测|检定|转得", "meter_test"),
    ),
    default=None,
)
_DRAWN = ("request_kw", "request_materials")
_EV_PV = Kind(
    {
        "ev_charger": _applied("ev_charger", "request_place", "request_account_no", *_DRAWN),
        "pv_connect": _applied("pv_connect", "request_account_no", "request_feed_in", *_DRAWN),
    },
    words=(
        (r"光伏|太阳能|发电|屋顶|上网|卖电|板", "pv_connect"),
        (r"充电|车位|车库|地库|停车|桩|电动车|电车|新能源车", "ev_charger"),
    ),
    default=None,
)
_BOOKING = Kind(
    {
        "hall": Matter("appointment", ("request_business", "request_hall", "request_visit"), own.hall_visit),
        "meter_test": Matter("appointment", ("request_place", "request_visit"), own.home_visit("meter_test")),
        "survey": Matter("appointment", ("request_place", "request_visit"), own.home_visit("survey")),
        "inspection": Matter("appointment", ("request_place", "request_visit"), own.home_visit("inspection")),
        "energy_advice": Matter("appointment", ("request_place", "request_visit"), own.home_visit("energy_advice")),
        "at_home": Matter("appointment", ("request_what", "request_place", "request_visit"), own.home_visit("at_home")),
    },
    words=(
        (r"营业厅|取号|柜台|大厅|窗口|网点", "hall"),
        (r"校表|验表", "meter_test"),
        (r"勘查|勘察", "survey"),
        (r"检查|隐患|安全", "inspection"),
        (r"节能|省电", "energy_advice"),
        (r"上门|到家|来家|来一趟|代收|老人", "at_home"),
    ),
    default=None,
)

KINDS: dict[str, Kind] = {
    "new_connection": _NEW_CONNECTION,
    "ev_pv": _EV_PV,
    "meter_issue": _METER,
    "appointment": _BOOKING,
    "complaint": one("complaint", "request_what", "request_when", "request_wish", fields=own.complaint),
    "whistleblow": one(
        "whistle_blow",
        "request_what",
        "request_danger",
        "request_place",
        "request_when",
        "request_anonymous",
        fields=own.whistle,
    ),
    "suggestion": one("suggestion", "request_what", "request_grounds", "request_anonymous", fields=own.suggestion),
    "praise": one("praise", "request_what", "request_when", "request_signature", fields=own.praise, needs_phone=False),
    "notices": one("apply", "request_notices", "request_notice_door", fields=own.notices),
    "callback_request": one("callback", "request_what", "request_call_time", fields=own.callback),
}
# The order in which they are asked; the form's slots in domain/requests.yml stand in the same order.
ALL_SLOTS: tuple[str, ...] = (
    "request_matter",
    "request_wanted",
    "request_notices",
    "request_notice_door",
    "request_self_check",
    "request_business",
    "request_hall",
    "request_what",
    "request_danger",
    "request_account_no",
    "request_place",
    "request_when",
    "request_wish",
    "request_grounds",
    "request_name",
    "request_kw",
    "request_feed_in",
    "request_materials",
    "request_anonymous",
    "request_signature",
    "request_call_time",
    "request_phone",
    "request_visit",
    "request_confirmed",
)


def kind_of(slots: Slots) -> Kind:
    return KINDS[str(slots.get("task"))]


def matter_of(slots: Slots) -> Matter | None:
    """The matter that is taken down, None while it is not known which."""
    named = slots.get("request_matter")
    return kind_of(slots).matters.get("" if named in (None, SKIPPED) else str(named))
