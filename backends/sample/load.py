"""Load the sample utility into PostgreSQL: billing in bulk, ticketing through its own loader. Twice is once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from backends.billing.bulk import as_json, copy
from backends.billing.tariffs.book import service_book
from backends.sample import customers, daily, months
from kernel import clock
from kit.db import Database

_ACCOUNT = (
    "account_no", "account_name", "supply_address", "community", "district", "area_kind", "transformer_area",
    "category", "plan", "voltage", "supply_mode", "relation_kind", "power_source_kind", "user_kind", "capacity_kva",
    "demand_mode", "contract_demand_kw", "large_household", "low_income", "ladder_months", "read_day", "pay_mode",
    "contact_phone", "status", "balance_fen", "credit_balance_fen", "has_life_support",
)  # fmt: skip
_METER = (
    "meter_no", "account_no", "point_kind", "digits", "multiplier", "registers", "installed_on", "verified_until",
    "removed_on",
)  # fmt: skip
_BINDING = ("account_no", "visitor_id", "verified_at")
_READING = ("meter_no", "register", "read_on", "value", "kind")
_BILL = (
    "bill_no", "account_no", "month", "period_from", "period_to", "energy_kwh", "bill_amount_fen", "payable_fen",
    "paid_fen", "issued_on", "due_date", "cancelled", "inputs", "lines",
    "ytd_kwh_after", "is_estimated",
)  # fmt: skip


# What stands on the day of loading, so that the books balance from the first payment on.
_OPENING = """INSERT INTO billing.movements (kind, ref, account_no, memo, at)
    SELECT 'opening', account_no, account_no, 'sample', now() FROM billing.accounts"""
_OPENING_LINES = """WITH stands AS (
        SELECT m.movement_id, a.account_no,
            coalesce((SELECT sum(payable_fen - paid_fen) FROM billing.bills b WHERE b.account_no = a.account_no), 0)
                AS receivable,
            -a.credit_balance_fen AS credit, -coalesce(a.balance_fen, 0) AS prepaid
        FROM billing.accounts a JOIN billing.movements m ON m.kind = 'opening' AND m.ref = a.account_no)
    INSERT INTO billing.postings (movement_id, book, account_no, amount_fen)
    SELECT movement_id, book, CASE book WHEN 'opening' THEN NULL ELSE account_no END, fen FROM stands,
        LATERAL (VALUES ('receivable', receivable), ('credit', credit), ('prepaid', prepaid),
                        ('opening', -(receivable + credit + prepaid))) AS line(book, fen)
    WHERE fen <> 0"""
_STAYS = ("alembic_version", "idempotency_keys")


def _emptied(link: psycopg.Connection[Any]) -> list[sql.Composable]:
    """Every table of billing but the answers already given."""
    rows = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'billing' ORDER BY 1").fetchall()
    return [sql.Identifier("billing", name) for (name,) in rows if not name.startswith(_STAYS)]


async def load(database_url: str, *, if_empty: bool = False) -> str:
    """Both backends. `if_empty` changes nothing here: what stands already and is current is left alone.

    Returns:
        One line for people who wait.
    """
    told = await asyncio.to_thread(load_billing, database_url)
    from backends.ticketing import sample as ticketing

    database = Database(database_url, statement_timeout_s=60)
    try:
        async with database.transaction() as session:
            other = await ticketing.load(session)
    finally:
        await database.close()
    return f"{told}; {other}"


def load_billing(database_url: str, *, as_of: date | None = None) -> str:
    """Accounts, meters, readings and bills up to the newest month of `as_of` (today), in one transaction.

    Loaded again only when a new month has begun since.
    """
    day = as_of or clock.today()
    newest = f"{months.newest_month(day):%Y-%m}"
    with psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://", 1)) as link:
        link.execute("SELECT pg_advisory_xact_lock(hashtext('backends.sample.load'))")
        found = link.execute("SELECT count(DISTINCT account_no), max(month) FROM billing.bills").fetchone()
        if found and found[0] and found[1] == newest:
            return f"{found[0]} accounts"
        link.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(_emptied(link))))
        return _write(link, day)


def _write(link: psycopg.Connection[Any], day: date) -> str:
    people = customers.everybody()
    copy(link, "accounts", _ACCOUNT, (_account(person) for person in people))
    meters: list[tuple[Any, ...]] = []
    readings: list[Sequence[Any]] = []
    bills: list[tuple[Any, ...]] = []
    for _, made in months.histories(people, day, service_book()):
        meters += [(*row[:5], as_json(row[5]), *row[6:]) for row in made.meters]
        readings += made.readings
        bills += [(*row[:12], as_json(row[12]), as_json(row[13]), *row[14:]) for row in made.bills]
    copy(link, "bindings", _BINDING, ((*bound, clock.now()) for bound in customers.BOUND))
    copy(link, "meters", _METER, meters)
    copy(link, "readings", _READING, readings)
    copy(link, "bills", _BILL, bills)
    copy(link, "daily_use", ("account_no", "on_day", "kwh"), _daily(bills))
    link.execute(_OPENING)
    link.execute(_OPENING_LINES)
    return f"{len(people)} accounts, {len(readings)} readings, {len(bills)} bills"


def _daily(bills: Sequence[tuple[Any, ...]]) -> Iterable[tuple[str, date, Decimal]]:
    """Day by day for the named customers' last two months; one bought a heater on the twelfth (dialogue D03)."""
    named = {one.account_no for one in customers.fixed() if one.category == "residential"}
    for number in named:
        newest = [bill for bill in bills if bill[1] == number][-2:]
        for bill in newest:
            yield from daily.spread(number, bill[3], bill[4], bill[5], step_on=12 if number == "3100103120" else None)


def _account(who: customers.Customer) -> tuple[Any, ...]:
    return (
        who.account_no, who.name, who.address, who.place.name, who.place.district, who.place.area_kind, who.area,
        who.category, who.plan, who.voltage, _supply_mode(who), "趸售" if who.category == "wholesale" else "直供",
        who.power_source_kind, who.user_kind, who.capacity_kva, who.demand_mode, who.contract_demand_kw,
        who.large_household, who.low_income, 12, 1, who.pay_mode, who.phone, who.status, who.balance_fen, 0,
        who.has_life_support,
    )  # fmt: skip


def _supply_mode(who: customers.Customer) -> str:
    if who.category == "wholesale":
        return "趸售"
    if who.power_source_kind == "双电源":
        return "多电源"
    return "低压" if who.voltage == "lt1kv" else "高压"
