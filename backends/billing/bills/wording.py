"""Why the bill changed, in words for the eye and for the ear (domain/billing.md 6.2–6.4).

First the outcome, then at most three reasons, the largest first; what is left is named as a sum, so that all adds up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backends.billing.bills.engine.explain import Change, Month
from backends.billing.bills.engine.words import Line
from kernel.money import fen, speak_yuan
from kernel.numbers_zh import speak_int
from kernel.speech import speakable

MOST_REASONS = 3


@dataclass(frozen=True)
class Told:
    """What there is to tell: `2026-10` against `2026-09`."""

    month: str
    before_month: str
    change: Change
    ladder: dict[str, Any]
    last_year_kwh: int | None


@dataclass(frozen=True)
class Reason:
    """One reason: its code of 6.2, its sum, and its words for reading and hearing, both without the sum."""

    code: str
    amount: Decimal
    text: str
    speech: str

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "amount_fen": fen(self.amount), "text": self.text}


def _days(told: Told) -> tuple[str, str]:
    days = told.change.now.days - told.change.before.days
    return f"{'多' if days > 0 else '少'} {abs(days)} 天", f"{'多' if days > 0 else '少'}{speak_int(abs(days))}天"


def _use(told: Told) -> tuple[str, str]:
    now, before = told.change.now.pace, told.change.before.pace
    season = ""
    if told.change.seasonal and told.last_year_kwh:
        season = f"（去年同月 {told.last_year_kwh} 度，属季节性）"
    said = f"每天从{speakable(str(before))}度到{speakable(str(now))}度"
    heard = f"，您去年这个月用了{speak_int(told.last_year_kwh)}度，差不多" if season and told.last_year_kwh else ""
    return f"日均 {before}→{now} 度{season}", said + heard


def _price(told: Told) -> tuple[str, str]:
    was, now = _first_energy(told.change.before), _first_energy(told.change.now)
    if was is None or now is None or was.price == now.price:
        return "电价调整", "电价有调整"
    direction = "涨" if now.price > was.price else "降"
    return f"电价调整（{_plain(was.price)}→{_plain(now.price)} 元/度）", f"每度电价有调整，是{direction}了"


def _first_energy(month: Month) -> Line | None:
    return next((line for line in month.bill.lines if line.code == "energy"), None)


def _plain(price: Decimal) -> str:
    return f"{price.normalize():f}"


def _tier(told: Told) -> tuple[str, str]:
    tier = told.ladder["tier"]
    name = {1: "一", 2: "二", 3: "三"}.get(tier, "二")
    text = f"第{name}档（年累计 {told.ladder['year_kwh']} 度）"
    return text, f"今年累计{speak_int(told.ladder['year_kwh'])}度，到了第{name}档"


def _fixed(text: str) -> Callable[[Told], tuple[str, str]]:
    return lambda _: (text, text)


# Part of the engine → reason code of 6.2 and how it is said.
_REASONS: dict[str, tuple[str, Callable[[Told], tuple[str, str]]]] = {
    "days": ("more_days", _days),
    "daily_use": ("higher_use", _use),
    "price": ("price_change", _price),
    "tier": ("tier_crossed", _tier),
    "late_fee": ("penalty", _fixed("违约金")),
    "basic": ("capacity_changed", _fixed("基本电费变化")),
    "demand_over": ("max_demand_higher", _fixed("超出合同需量部分")),
    "power_factor": ("pf_lower", _fixed("力调电费变化")),
    "relief": ("relief", _fixed("减免变化")),
    "adjustment": ("meter_event", _fixed("退补")),
}


def reasons(told: Told) -> list[Reason]:
    """All reasons that carry money, the largest first."""
    found = []
    for part, amount in told.change.parts.items():
        if amount:
            code, say = _REASONS[part]
            found.append(Reason(code, amount, *say(told)))
    return sorted(found, key=lambda reason: -abs(reason.amount))


def _shown(told: Told) -> tuple[list[Reason], Decimal]:
    every = reasons(told)
    rest = sum((r.amount for r in every[MOST_REASONS:]), Decimal("0.00"))
    return every[:MOST_REASONS], rest


def _name(month: str) -> str:
    return f"{int(month[5:])} 月"


def _heard(month: str) -> str:
    return f"{speak_int(int(month[5:]))}月"


def text(told: Told) -> str:
    """For reading: `10 月 115.01 元，比 9 月多 25.97 元：①…；②…。`"""
    change = told.change
    start = f"{_name(told.month)} {change.now.amount:.2f} 元，比 {_name(told.before_month)}"
    if not change.difference:
        return f"{start}一样多。{_estimate_note(change)}"
    shown, rest = _shown(told)
    listed = [f"{'①②③'[n]}{r.text}，{r.amount:+.2f} 元" for n, r in enumerate(shown)]
    if rest:
        listed.append(f"其他合计 {rest:+.2f} 元")
    direction = "多" if change.difference > 0 else "少"
    end = "" if change.parts["price"] else _still(told)
    return f"{start}{direction} {abs(change.difference):.2f} 元：{'；'.join(listed)}。{end}{_estimate_note(change)}"


def _still(told: Told) -> str:
    tier = told.ladder["tier"]
    if tier is None or told.change.parts["tier"]:
        return "电价没有变。"
    return f"电价没有变，在第{'一二三'[tier - 1]}档。"


def _estimate_note(change: Change) -> str:
    if not (change.before.is_estimated or change.now.is_estimated):
        return ""
    return "其中有一个月是估抄，实抄后已经多退少补；您也可以报一下现在的表数，或者约人上门抄表。"


def speech(told: Told) -> str:
    """For the ear: no digits, no Latin letters."""
    change = told.change
    start = f"您{_heard(told.month)}电费{speak_yuan(fen(change.now.amount))}，比{_heard(told.before_month)}"
    if not change.difference:
        return f"{start}一样多。{_estimate_note(change)}"
    direction = "多" if change.difference > 0 else "少"
    shown, rest = _shown(told)
    listed = [f"{r.speech}，{_more(r.amount)}" for r in shown]
    if rest:
        listed.append(f"其他的一共{_more(rest)}")
    end = "" if change.parts["price"] else "电价没有变。"
    total = speak_yuan(abs(fen(change.difference)))
    return f"{start}{direction}{total}。主要是{'；另外'.join(listed)}。{end}{_estimate_note(change)}"


def _more(amount: Decimal) -> str:
    return f"{'多' if amount > 0 else '少'}{speak_yuan(abs(fen(amount)))}"
