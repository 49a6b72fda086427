"""Figures of a bill in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clients.billing.protocol import Bill
from kernel import clock
from kernel.speech import speakable

_REGISTERS = {"peak": "峰段", "flat": "平段", "valley": "谷段"}


def month_words(name: str, month: str) -> dict[str, str]:
    """`2026-10` → 10 月 / 十月; of another year with the year."""
    year = "" if int(month[:4]) == clock.today().year else f"{month[:4]}年"
    number = str(int(month[5:7]))
    return {name: f"{year}{number} 月", f"{name}_spoken": speakable(f"{year}{number}月")}


def tier_words(tier: int | None) -> str:
    return {1: "，在第一档", 2: "，到了第二档", 3: "，到了第三档"}.get(tier or 0, "")


def split_words(lines: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """`split`: ，峰段 120 度、谷段 130 度, where a bill is split by the time of day, else nothing; and for the ear."""
    used: dict[str, int] = {}
    for line in lines:
        register = str(line.get("register") or "")
        if line.get("code") == "energy" and register in _REGISTERS:
            used[register] = used.get(register, 0) + int(float(str(line.get("qty") or 0)))
    parts = [f"{_REGISTERS[name]} {used[name]} 度" for name in _REGISTERS if name in used]
    if len(parts) < 2:
        return {"split": "", "split_spoken": ""}
    return {"split": "，" + "、".join(parts), "split_spoken": "，" + "，".join(map(speakable, parts))}


def left_to_next_tier(bill: Bill) -> int | None:
    """Energy until the next step of the ladder; None on the last one and without a ladder."""
    if bill.year_kwh is None or not bill.next_tier_from_kwh:
        return None
    return bill.next_tier_from_kwh - bill.year_kwh
