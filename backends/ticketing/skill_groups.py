"""Which of the eight posts an order needs: 客户代表、业扩、抄核收、计量、检查、需求侧、咨询、紧急 (seed U; S61). Pure.

An appointment needs who can do that service; else the team that owns an order says it, and a team that is on no list
(a crew of a utility we do not know) counts by the order's type.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class SkillGroup(StrEnum):
    CUSTOMER = "customer"
    CONNECTION = "connection"
    BILLING = "billing"
    METERING = "metering"
    INSPECTION = "inspection"
    DEMAND_SIDE = "demand_side"
    CONSULT = "consult"
    EMERGENCY = "emergency"


LABELS = {
    SkillGroup.CUSTOMER: "客户代表", SkillGroup.CONNECTION: "业扩", SkillGroup.BILLING: "抄核收",
    SkillGroup.METERING: "计量", SkillGroup.INSPECTION: "用电检查", SkillGroup.DEMAND_SIDE: "需求侧",
    SkillGroup.CONSULT: "咨询", SkillGroup.EMERGENCY: "紧急服务",
}  # fmt: skip

OF_TEAM = {
    "营业班": SkillGroup.CUSTOMER, "客户服务部": SkillGroup.CUSTOMER, "预约班": SkillGroup.CUSTOMER,
    "回访组": SkillGroup.CUSTOMER, "投诉处理团队": SkillGroup.CUSTOMER, "服务监督岗": SkillGroup.CUSTOMER,
    "业扩班": SkillGroup.CONNECTION, "核算班": SkillGroup.BILLING, "计量班": SkillGroup.METERING,
    "用电检查班": SkillGroup.INSPECTION, "受限专班": SkillGroup.INSPECTION, "需求侧班": SkillGroup.DEMAND_SIDE,
    "咨询岗": SkillGroup.CONSULT, "客服回拨组": SkillGroup.CONSULT, "配网调度班": SkillGroup.EMERGENCY,
}  # fmt: skip
OF_SERVICE = {
    "survey": SkillGroup.CONNECTION, "ev_survey": SkillGroup.CONNECTION, "meter_test": SkillGroup.METERING,
    "inspection": SkillGroup.INSPECTION, "energy_advice": SkillGroup.DEMAND_SIDE,
    "storage_advice": SkillGroup.DEMAND_SIDE, "customer_side_repair": SkillGroup.EMERGENCY,
}  # fmt: skip
OF_TYPE = {
    "consult": SkillGroup.CONSULT, "apply": SkillGroup.CONNECTION, "fault_report": SkillGroup.EMERGENCY,
    "outage": SkillGroup.EMERGENCY, "urge": SkillGroup.EMERGENCY, "whistle_blow": SkillGroup.INSPECTION,
}  # fmt: skip


def needed(order_type: str, owner_team: str, details: dict[str, Any]) -> SkillGroup:
    by_service = OF_SERVICE.get(str(details.get("service")))
    return by_service or OF_TEAM.get(owner_team) or OF_TYPE.get(order_type, SkillGroup.CUSTOMER)
