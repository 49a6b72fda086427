"""Which days are worked? Holidays and make-up days included.

A year the table does not know yet counts Monday to Friday, less the holidays the law fixes by the solar calendar.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}  # 全国年节及纪念日放假办法, 2025


def is_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED


def next_workday(day: date) -> date:
    """The first worked day after `day`."""
    day += timedelta(days=1)
    while not is_workday(day):
        day += timedelta(days=1)
    return day
