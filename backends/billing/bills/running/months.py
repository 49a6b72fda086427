"""Which days a month's bill covers, when it is issued and due (domain/billing.md 3.2). Pure."""

from __future__ import annotations

from datetime import date

ISSUED_DAY, DUE_DAY = 3, 25


def next_month(month: str) -> str:
    """`2026-12` → `2027-01`."""
    number = int(month[:4]) * 12 + int(month[5:])
    return f"{number // 12}-{number % 12 + 1:02d}"


def period(month: str, read_day: int) -> tuple[date, date]:
    """From the reading day of the month to that of the next, half open; `read_day` is 1 to 28."""
    return date.fromisoformat(f"{month}-{read_day:02d}"), date.fromisoformat(f"{next_month(month)}-{read_day:02d}")


def issued_on(month: str) -> date:
    return date.fromisoformat(f"{next_month(month)}-{ISSUED_DAY:02d}")


def due_date(month: str) -> date:
    return date.fromisoformat(f"{next_month(month)}-{DUE_DAY:02d}")
