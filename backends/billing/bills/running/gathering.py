"""What a chunk's bills are made from, read in few queries: accounts, meters, readings of the period, the bills before.

Plain psycopg: a run is its own process and reads hundreds of accounts at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from backends.billing.bills.running import months

TERMS = (
    "category", "voltage", "plan", "capacity_kva", "demand_mode", "contract_demand_kw", "large_household", "low_income",
    "ladder_months",
)  # fmt: skip


@dataclass
class Meter:
    meter_no: str
    point_kind: str
    digits: int
    multiplier: int
    registers: list[str]
    installed_on: date
    removed_on: date | None
    read: dict[tuple[str, date], tuple[Decimal, str]] = field(default_factory=dict)
    """(register, day) → value and kind."""


@dataclass
class Gathered:
    """One account and all its bill of the month needs. `ytd_kwh` is 0 where the year begins with the period."""

    row: Any
    period_from: date
    period_to: date
    meters: list[Meter] = field(default_factory=list)
    ytd_kwh: int = 0
    highest_month_kwh: int | None = None
    pending_fen: int = 0
    debited_fen: int = 0
    """What was taken from a 智能交费 balance day by day for this period."""
    estimated_months: int = 0
    """How many bills in a row before this one were estimated."""

    @property
    def account_no(self) -> str:
        return str(self.row.account_no)

    @property
    def terms(self) -> dict[str, Any]:
        """As `wire.terms` reads them; what is not said is left out."""
        return {name: value for name in TERMS if (value := getattr(self.row, name)) not in (None, False)}


def gather(link: psycopg.Connection[Any], month: str, first_no: str, last_no: str) -> list[Gathered]:
    """Accounts of a chunk that have no bill of this month, locked until the transaction ends."""
    accounts = _accounts(link, month, first_no, last_no)
    found = {}
    for row in accounts:
        begins, ends = months.period(month, row.read_day)
        found[row.account_no] = Gathered(row, begins, ends)
    if found:
        _add_meters(link, found)
        _add_past(link, found, month)
    return list(found.values())


def _accounts(link: psycopg.Connection[Any], month: str, first_no: str, last_no: str) -> list[Any]:
    with link.cursor(row_factory=namedtuple_row) as cursor:
        cursor.execute(
            """SELECT a.* FROM billing.accounts a
            WHERE a.account_no BETWEEN %s AND %s AND a.status <> 'closed'
              AND NOT EXISTS (SELECT 1 FROM billing.bills b WHERE b.account_no = a.account_no AND b.month = %s)
            ORDER BY a.account_no FOR UPDATE""",
            (first_no, last_no, month),
        )
        return cursor.fetchall()


def _add_meters(link: psycopg.Connection[Any], found: dict[str, Gathered]) -> None:
    begins, ends = min(g.period_from for g in found.values()), max(g.period_to for g in found.values())
    meters: dict[str, Meter] = {}
    with link.cursor() as cursor:
        cursor.execute(
            """SELECT account_no, meter_no, point_kind, digits, multiplier, registers, installed_on, removed_on
            FROM billing.meters WHERE account_no = ANY(%s) AND installed_on < %s
              AND (removed_on IS NULL OR removed_on > %s) ORDER BY installed_on, meter_no""",
            (list(found), ends, begins),
        )
        for account_no, *rest in cursor:
            meter = Meter(*rest)
            meters[meter.meter_no] = meter
            found[account_no].meters.append(meter)
        cursor.execute(
            """SELECT meter_no, register, read_on, value, kind FROM billing.readings
            WHERE meter_no = ANY(%s) AND read_on BETWEEN %s AND %s""",
            (list(meters), begins, ends),
        )
        for meter_no, register, read_on, value, kind in cursor:
            meters[meter_no].read[register, read_on] = (value, kind)


def _add_past(link: psycopg.Connection[Any], found: dict[str, Gathered], month: str) -> None:
    """Year to date, highest of twelve months, and corrections that wait for a bill."""
    year_ago = f"{int(month[:4]) - 1}{month[4:]}"
    with link.cursor() as cursor:
        cursor.execute(
            """SELECT account_no, max(energy_kwh), (array_agg(ytd_kwh_after ORDER BY month DESC))[1], max(period_to),
                (array_agg(is_estimated ORDER BY month DESC))[1:3]
            FROM billing.bills WHERE account_no = ANY(%s) AND month >= %s AND month < %s GROUP BY account_no""",
            (list(found), year_ago, month),
        )
        for account_no, highest, ytd, period_to, estimated in cursor:
            one = found[account_no]
            one.estimated_months = [*estimated, False].index(False)
            one.highest_month_kwh = highest
            starts_year = (one.period_from.month, one.period_from.day) == (1, 1)
            one.ytd_kwh = 0 if starts_year or period_to.year != one.period_from.year else (ytd or 0)
        cursor.execute(
            """SELECT account_no, sum(amount_fen) FROM billing.adjustments
            WHERE account_no = ANY(%s) AND billed_with IS NULL AND amount_fen > 0 GROUP BY account_no""",
            (list(found),),
        )
        for account_no, pending in cursor:
            found[account_no].pending_fen = int(pending)
        begins, ends = min(g.period_from for g in found.values()), max(g.period_to for g in found.values())
        cursor.execute(
            """SELECT account_no, on_day, amount_fen FROM billing.prepaid_debits
            WHERE account_no = ANY(%s) AND on_day >= %s AND on_day < %s""",
            (list(found), begins, ends),
        )
        for account_no, on_day, amount in cursor:
            one = found[account_no]
            if one.period_from <= on_day < one.period_to:
                one.debited_fen += int(amount)


@dataclass(frozen=True)
class PastBill:
    """A bill before; `days` of its period."""

    bill_no: str
    inputs: dict[str, Any]
    days: int
    is_estimated: bool


def past_bills(link: psycopg.Connection[Any], account_no: str, month: str) -> list[PastBill]:
    """The last six bills before a month, newest first."""
    rows = link.execute(
        """SELECT bill_no, inputs, period_to - period_from, is_estimated FROM billing.bills
        WHERE account_no = %s AND month < %s ORDER BY month DESC LIMIT 6""",
        (account_no, month),
    ).fetchall()
    return [PastBill(*row) for row in rows]
