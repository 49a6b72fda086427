"""Labels of an account, each with its reason: what it is (seed U) and how it lives with power (S139). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from backends.billing.accounts.models import Account

CATEGORY = {
    "residential": "居民生活", "non_residential": "非居民", "commercial": "商业",
    "general_industrial": "非工业、普通工业",
    "large_industrial": "大工业", "agricultural": "农业生产", "wholesale": "趸售",
}  # fmt: skip
SUPPLY_MODES = ("高压", "低压", "趸售", "委托", "多电源", "临时")


@dataclass(frozen=True)
class Label:
    """`why` is what the customer is told when they ask."""

    name: str
    why: str


@dataclass(frozen=True)
class Life:
    """What bills and payments say: twelve months' mean, summer and winter, late payments, roof, charger."""

    mean_kwh: Decimal | None = None
    summer_kwh: Decimal | None = None
    winter_kwh: Decimal | None = None
    late_bills: int = 0
    has_roof: bool = False
    has_charger: bool = False


def of_kind(account: Account) -> list[Label]:
    """What it is by its contract: relation, category, source of power, nature of use."""
    found = [
        Label(CATEGORY[account.category], "电价类别"),
        Label(account.supply_mode, "供电方式"),
        Label(account.relation_kind, "供用电关系"),
    ]
    optional = ((account.power_source_kind, "电源特性"), (account.user_kind, "用电性质"))
    found += [Label(value, why) for value, why in optional if value]
    marks = (
        (account.has_life_support, "生命支持设备", "登记了家用生命支持设备"),
        (account.large_household, "一户多人口", "登记了五人及以上"),
        (account.low_income, "低保", "享受每月免费电量"),
        (account.pay_mode == "prepaid", "智能交费", "先交费后用电"),
    )
    return found + [Label(name, why) for holds, name, why in marks if holds]


def of_life(life: Life) -> list[Label]:
    """How it lives with power, from its own bills."""
    found = []
    if life.mean_kwh and life.summer_kwh and life.summer_kwh > life.mean_kwh * Decimal("1.4"):
        found.append(Label("夏季用电高", f"七、八月平均 {life.summer_kwh:.0f} 度，全年平均 {life.mean_kwh:.0f} 度"))
    if life.mean_kwh and life.winter_kwh and life.winter_kwh > life.mean_kwh * Decimal("1.4"):
        found.append(Label("冬季用电高", f"十二、一月平均 {life.winter_kwh:.0f} 度，全年平均 {life.mean_kwh:.0f} 度"))
    if life.late_bills >= 3:
        found.append(Label("常忘缴费", f"最近十二个月有 {life.late_bills} 个月过了到期日才缴"))
    if life.has_roof:
        found.append(Label("屋顶光伏", "有上网电表"))
    if life.has_charger:
        found.append(Label("充电桩", "有充电桩电表"))
    return found
