"""What about the bill: which month, which span, the year, what is owed, what is left?"""

from __future__ import annotations

import re

from actions.forms import Draft
from actions.turn import Turn
from kernel import clock
from kernel.dates_zh import month_of, periods_in

_YEAR = re.compile(r"今年|本年|全年|一年|累计|这一年")
_OWED = re.compile(r"欠|没[交缴](的|了)?(钱|费|电费)?|应[缴交]|要[交缴]多少|该[交缴]多少|还差多少")
_LEFT = re.compile(r"余额|还剩多少(钱|电费)|剩多少|够不够|还有多少(钱|电费)")
LONGEST_SPAN = 24  # months


def read_question(turn: Turn, draft: Draft) -> None:
    """Fill `bill_month`, `bill_range` (`first/last`, months) and `bill_question` (year, owed, balance)."""
    text, today = turn.text, clock.today()
    if not text or (turn.kind == "digits"):
        return
    span = next((p.value for p in periods_in(text, today, ahead=False) if "/" in p.value or len(p.value) == 4), None)
    running = f"{today:%Y-%m}"
    if span and not (span == f"{today.year}" and _YEAR.search(text)):
        first, last = (span.split("/") * 2)[:2] if "/" in span else (f"{span}-01", f"{span}-12")
        draft["bill_range"] = f"{first[:7]}/{min(last[:7], running)}"
    elif month := month_of(text, today) if not text.isdigit() else None:
        # Nobody has a bill of the running month: 这个月 said of a bill is the newest one there is.
        draft["bill_month"] = month if month < running else None
    if _LEFT.search(text):
        draft["bill_question"] = "balance"
    elif _OWED.search(text):
        draft["bill_question"] = "owed"
    elif _YEAR.search(text) and not draft["bill_range"]:
        draft["bill_question"] = "year"


def months_of(span: str) -> list[str]:
    """`2026-08/2026-10` → the months in order, at most LONGEST_SPAN."""
    first, last = span.split("/")
    number, end = _number(first), _number(last)
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(number, min(end, number + LONGEST_SPAN - 1) + 1)]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
