"""Which half day suits? The half days offered, and what the customer chose out of them or instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from kernel import clock
from kernel.dates_zh import period_of
from kernel.numbers_zh import int_of
from kit.workdays import next_workday

Half = Literal["am", "pm"]
HALVES: dict[str, str] = {"am": "上午", "pm": "下午"}
AHEAD = timedelta(days=30)
OFFERED = 3
_AM, _PM = re.compile(r"上午|早上|早晨|一早|早点"), re.compile(r"下午|晚上|傍晚|晚点|中午")
_WEEKDAY = re.compile(r"(周|星期|礼拜)[一二三四五六日天1-6]")
_CLOCK = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]{1,3})(?:点|[:：])(半|[0-5]\d)?")


def offered(today: date | None = None) -> list[dict[str, str]]:
    """The next three half days somebody can come: from the second day on, so that it can be planned."""
    day = next_workday((today or clock.today()) + timedelta(days=1))
    after = next_workday(day)
    return [_slot(day, "am"), _slot(day, "pm"), _slot(after, "am")][:OFFERED]


def _slot(day: date, half: str) -> dict[str, str]:
    return {"day": day.isoformat(), "half": half}


def shown(slot: Mapping[str, Any]) -> str:
    """`11月26日上午`, `11月28日 10:00` where an hour was agreed."""
    day = date.fromisoformat(str(slot["day"]))
    at = slot.get("at")
    return f"{day.month}月{day.day}日" + (f" {at}" if at else HALVES[str(slot["half"])])


def chosen(text: str, offers: list[dict[str, str]], before: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The half day these words mean; None when they name none.

    Args:
        offers: what was offered; 第一个, 上午, 26号 choose among them.
        before: what had been chosen, whose day stands when only the half is changed.
    """
    half = "am" if _AM.search(text) else "pm" if _PM.search(text) else None
    said = period_of(text, clock.today(), ahead=True)
    at = hour_of(text)
    if half is None and at:
        half = "am" if at < "12:00" else "pm"
    if said and len(said) == 10:
        day = date.fromisoformat(said)
        if day <= clock.today() and _WEEKDAY.search(text):
            day += timedelta(weeks=1)  # 周二 said on a Tuesday, of something to come
        known = next((o["half"] for o in offers if o["day"] == day.isoformat()), "am")
        return {**_slot(day, half or known), **({"at": at} if at else {})}
    if half or at:
        days = [before["day"]] if before else [o["day"] for o in offers if half in (None, o["half"])]
        if days:
            return {"day": days[0], "half": half or "am", **({"at": at} if at else {})}
    place = _ordinal(text)
    return dict(offers[place]) if place is not None and place < len(offers) else None


def _ordinal(text: str) -> int | None:
    short = text.strip("，。！？,.!? ")
    match = re.fullmatch(r"(?:选)?第?([123一二三])个?(?:吧|行|可以)?", short)
    return "123".find(match[1]) if match and match[1].isdigit() else "一二三".find(match[1]) if match else None


def hour_of(text: str) -> str | None:
    """`10:00` out of 十点, 下午两点半; None when no hour was said."""
    found = _CLOCK.search(_WEEKDAY.sub("", text))  # 周六十点 is ten, not sixty
    if not found:
        return None
    hour = int_of(found[1])
    if hour is None or hour > 23:
        return None
    if hour < 12 and _PM.search(text):
        hour += 12
    minute = 30 if found[2] == "半" else int(found[2] or 0)
    return f"{hour:02d}:{minute:02d}"


def problem(slot: dict[str, Any], now: datetime | None = None) -> str | None:
    """Why nobody can come then: `past`, `far`; None when it can be."""
    now = now or clock.now()
    begins = time(9) if slot["half"] == "am" else time(13)
    day = date.fromisoformat(str(slot["day"]))
    if datetime.combine(day, begins, clock.TZ) <= now + timedelta(hours=2):
        return "past"
    return "far" if day > now.date() + AHEAD else None
