"""What a supply contract holds (供用电合同; seed U, S84), filled from the account where it is known there. Pure."""

from __future__ import annotations

from typing import Any

from backends.billing.accounts.models import Account
from backends.billing.customers.labels import CATEGORY

ELEMENTS = {
    "supply_mode": "供电方式", "quality": "供电质量", "supply_time": "供电时间", "capacity": "用电容量",
    "address": "用电地址", "nature": "用电性质", "metering": "计量方式", "price": "电价", "settlement": "电费结算方式",
    "maintenance": "供用电设施的维护责任", "term": "合同有效期限", "liability": "违约责任", "other": "其他条款",
}  # fmt: skip
_LAW = {
    "quality": "频率 50 Hz±0.2；220 V 允许 +7%、−10%，380 V 及 10 kV 允许 ±7%",
    "supply_time": "连续供电；检修停电提前七天告知",
    "maintenance": "以电能表出线为界，表后由客户维护",
    "liability": "供电方未按约供电、用电方逾期交费各自承担约定责任",
}


def elements(account: Account) -> dict[str, Any]:
    """Every element of the law, none empty."""
    capacity = f"{account.capacity_kva} kVA" if account.capacity_kva else "按表容量"
    return {
        "supply_mode": account.supply_mode,
        "capacity": capacity,
        "address": account.supply_address,
        "nature": CATEGORY[account.category] + (f"，{account.user_kind}" if account.user_kind else ""),
        "metering": "电能表计量",
        "price": "按政府公布的目录电价，随调价执行",
        "settlement": "先交费后用电" if account.pay_mode == "prepaid" else "按月结算，每月 25 日前交费",
        "term": "长期有效，双方可书面变更",
        "other": "无",
        **_LAW,
    }
