"""What kinds of orders are there, and what is fixed for each: prefix, face, team (domain/work-orders.md 1, 2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OrderType:
    """Attributes:
    prefix: two letters before the day in the number.
    service_face: counter on_site consult special emergency.
    owner_team: who answers for it when no crew of the area does.
    """

    name: str
    zh: str
    prefix: str
    service_face: str
    owner_team: str
    is_restricted: bool = False


ORDER_TYPES: dict[str, OrderType] = {
    t.name: t
    for t in (
        OrderType("consult", "咨询查询单", "ZX", "consult", "咨询岗"),
        OrderType("apply", "业务受理单", "YW", "counter", "业扩班"),
        OrderType("fault_report", "故障报修单", "GZ", "emergency", "配网调度班"),
        OrderType("outage", "停电事件", "TD", "emergency", "配网调度班"),
        OrderType("complaint", "投诉单", "TS", "special", "投诉处理团队"),
        OrderType("whistle_blow", "举报单", "JB", "special", "受限专班", is_restricted=True),
        OrderType("suggestion", "建议单", "JY", "consult", "客户服务部"),
        OrderType("praise", "表扬单", "BY", "special", "客户服务部"),
        OrderType("urge", "催办记录", "CB", "emergency", "原单责任班组"),
        OrderType("follow_up", "回访单", "HF", "special", "回访组"),
        OrderType("appointment", "预约单", "YY", "on_site", "预约班"),
    )
}

CONSULT_TEAMS: dict[str, str] = {
    "bill_dispute": "核算班",
    "payment_missing": "核算班",
    "bill": "核算班",
    "usage": "核算班",
    "metering": "计量班",
    "callback": "客服回拨组",
}

CREW_OF_DISTRICT: dict[str, str] = {
    "东湖区": "东湖抢修一班",
    "城南区": "城南抢修一班",
    "滨河区": "滨河抢修一班",
    "北郊镇": "北郊供电所",
    "南溪镇": "南溪供电所",
    "青石乡": "青石供电所",
}
