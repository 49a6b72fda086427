"""A chunk's bills into the database: bills, their movements in the ledger, what the balance paid, what was held."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from backends.billing.bills.engine import wire
from backends.billing.bills.running import months
from backends.billing.bills.running.gathering import Gathered
from backends.billing.bills.running.making import Made
from backends.billing.bulk import as_json, copy
from backends.billing.ledger.posting import OF_CUSTOMER
from kernel.errors import ServiceError
from kernel.money import fen

_BILL = (
    "bill_no", "account_no", "month", "period_from", "period_to", "energy_kwh", "bill_amount_fen", "payable_fen",
    "paid_fen", "issued_on", "due_date", "cancelled", "inputs", "lines", "run_id", "ytd_kwh_after", "adjustment_fen",
    "is_estimated",
)  # fmt: skip


@dataclass
class Sums:
    """What one bill does to the books, fen. `lines` sum to zero."""

    payable_fen: int
    paid_fen: int
    lines: dict[str, int]
    used_credit: int = 0
    new_credit: int = 0
    drawn: int = 0
    """From a 智能交费 balance."""


def sums(one: Gathered, made: Made) -> Sums:
    """Pure: the bill, corrections that waited, a roof's income, and what the balance pays of it."""
    amount = made.bill.amount_fen
    adjustment = one.pending_fen + (made.corrects[1] if made.corrects else 0)
    income = fen(made.bill.export.income) if made.bill.export else 0
    rest = amount + adjustment - income
    lines = {"revenue": -amount, "adjustments": -adjustment, "export": income}
    if rest < 0:
        lines["payouts" if income else "credit"] = rest
        return Sums(0, 0, lines, new_credit=0 if income else -rest)
    if one.row.balance_fen is not None:
        left = rest - one.debited_fen  # the days of the month were taken already
        lines["revenue"] += one.debited_fen
        return Sums(rest, rest, {**lines, "prepaid": left}, drawn=left)
    used = min(one.row.credit_balance_fen, rest)
    return Sums(rest, used, {**lines, "receivable": rest - used, "credit": used}, used_credit=used)


@dataclass
class Batch:
    """What a chunk has come to."""

    run_id: str
    month: str
    at: datetime
    bills: list[tuple[Any, ...]] = field(default_factory=list)
    movements: list[tuple[str, str, dict[str, int]]] = field(default_factory=list)
    """(bill, account, lines)."""
    allocations: list[tuple[Any, ...]] = field(default_factory=list)
    corrections: list[tuple[Any, ...]] = field(default_factory=list)
    readings: list[tuple[Any, ...]] = field(default_factory=list)
    balances: list[tuple[int, int, str]] = field(default_factory=list)
    """(credit change, 智能交费 change, account)."""
    held: list[tuple[Any, ...]] = field(default_factory=list)

    def hold(self, account_no: str, err: ServiceError) -> None:
        self.held.append((account_no, self.month, err.code, err.detail, self.at))

    def add(self, one: Gathered, made: Made) -> None:
        bill_no = f"ZD{self.month[:4]}{self.month[5:]}{one.account_no}01"
        money = sums(one, made)
        adjustment = one.pending_fen + (made.corrects[1] if made.corrects else 0)
        self.bills.append(
            (
                bill_no, one.account_no, self.month, one.period_from, one.period_to, made.bill.total_kwh,
                made.bill.amount_fen, money.payable_fen, money.paid_fen, months.issued_on(self.month),
                months.due_date(self.month), False, as_json(made.inputs),
                as_json([wire.line(x) for x in made.bill.lines]),
                self.run_id, made.bill.ytd_kwh_after, adjustment, made.is_estimated,
            )
        )  # fmt: skip
        self.movements.append((bill_no, one.account_no, money.lines))
        if money.used_credit:
            self.allocations.append((None, bill_no, "principal", money.used_credit, self.at.date()))
        if money.used_credit or money.new_credit or money.drawn:
            self.balances.append((money.new_credit - money.used_credit, -money.drawn, one.account_no))
        if made.corrects:
            wrong_bill, wrong_by = made.corrects
            self.corrections.append((f"TB_{bill_no}", wrong_bill, wrong_by, one.account_no, bill_no))
        self.readings += [(*estimate, "estimated") for estimate in made.estimates]

    def write(self, link: psycopg.Connection[Any]) -> None:
        """Everything, in the caller's transaction."""
        copy(link, "bills", _BILL, self.bills)
        self._write_movements(link)
        copy(link, "allocations", ("payment_no", "bill_no", "part", "amount_fen", "on_day"), self.allocations)
        copy(link, "readings", ("meter_no", "register", "read_on", "value", "kind"), self.readings)
        with link.cursor() as cursor:
            cursor.executemany(_BALANCE, self.balances)
            cursor.executemany(_HELD, self.held)
            cursor.executemany(_CORRECTION, [(*row, self.at) for row in self.corrections])
            numbers = [row[1] for row in self.bills]
            cursor.execute(_PENDING, (self.month, numbers))
            cursor.execute(_RELEASED, (self.month, numbers))

    def _write_movements(self, link: psycopg.Connection[Any]) -> None:
        count = len(self.movements)
        asked = "SELECT nextval(pg_get_serial_sequence('billing.movements', 'movement_id')) FROM generate_series(1, %s)"
        ids = [row[0] for row in link.execute(asked, (count,)).fetchall()]
        names = ("movement_id", "kind", "ref", "account_no", "memo", "at")
        rows = [
            (number, "bill", bill_no, account_no, self.run_id, self.at)
            for number, (bill_no, account_no, _) in zip(ids, self.movements, strict=True)
        ]
        copy(link, "movements", names, rows)
        copy(
            link,
            "postings",
            ("movement_id", "book", "account_no", "amount_fen"),
            (
                (number, book, account_no if book in OF_CUSTOMER else None, amount)
                for number, (_, account_no, lines) in zip(ids, self.movements, strict=True)
                for book, amount in lines.items()
                if amount
            ),
        )


_BALANCE = """UPDATE billing.accounts SET credit_balance_fen = credit_balance_fen + %s,
    balance_fen = balance_fen + %s WHERE account_no = %s"""
_HELD = """INSERT INTO billing.held_bills (account_no, month, code, detail, at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (account_no, month) DO UPDATE SET code = excluded.code, detail = excluded.detail, at = excluded.at"""
_CORRECTION = """INSERT INTO billing.adjustments
    (adjustment_no, bill_no, amount_fen, account_no, billed_with, reason, approved_by, lines, at)
    VALUES (%s, %s, %s, %s, %s, 'estimate', 'system', '[]', %s)"""
_PENDING = """UPDATE billing.adjustments a SET billed_with = b.bill_no FROM billing.bills b
    WHERE b.month = %s AND b.account_no = ANY(%s) AND a.account_no = b.account_no AND a.billed_with IS NULL
      AND a.amount_fen > 0"""
_RELEASED = "DELETE FROM billing.held_bills WHERE month = %s AND account_no = ANY(%s)"
