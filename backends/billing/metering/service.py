"""Taking readings, and changing meters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Meter, MeterReading
from backends.billing.bills.models import IssuedBill
from backends.billing.metering.errors import MeterNotFound, ReadingGoesBack, ReadingUnlikely
from kernel.errors import Conflict, Malformed

WHOLE_TURN = Decimal("0.9")  # a reading that fell by most of the dial went past its last digit
UNLIKELY, FLOOR = 3, 300  # as the guard of bills (domain/billing.md 4.2)


async def get(session: AsyncSession, meter_no: str, account_no: str | None = None) -> Meter:
    """Locked. Raises MeterNotFound, also for a meter of another account."""
    found = await session.get(Meter, meter_no, with_for_update=True)
    if found is None or (account_no is not None and found.account_no != account_no):
        raise MeterNotFound(meter_no)
    return found


async def take(
    session: AsyncSession, meter: Meter, register: str, read_on: date, value: Decimal, *, kind: str, confirmed: bool
) -> MeterReading:
    """Keep a reading; an actual one replaces an estimate of the same day.

    Raises:
        Malformed: no such register, or more digits than the meter has.
        ReadingGoesBack, ReadingUnlikely. Conflict: another actual reading stands for this day.
    """
    if register not in meter.registers:
        raise Malformed(f"the meter has {', '.join(meter.registers)}", code="register_not_found")
    if value >= 10**meter.digits:
        raise Malformed(f"the meter shows {meter.digits} digits", code="too_many_digits")
    before = await _before(session, meter.meter_no, register, read_on)
    if before is not None:
        _check(meter, before, value, await _highest(session, meter.account_no), confirmed=confirmed)
    row = {"meter_no": meter.meter_no, "register": register, "read_on": read_on, "value": value, "kind": kind}
    statement = insert(MeterReading).values(row)
    keys = ["meter_no", "register", "read_on"]
    replaces = statement.on_conflict_do_update(
        index_elements=keys, set_={"value": value, "kind": kind}, where=MeterReading.kind == "estimated"
    ).returning(MeterReading.value)
    if (await session.execute(replaces)).first() is None:
        known = await session.get(MeterReading, (meter.meter_no, register, read_on))
        if known is None or known.value != value:
            raise Conflict("another reading stands for this day", code="reading_exists")
    found = await session.get(MeterReading, (meter.meter_no, register, read_on), populate_existing=True)
    assert found is not None
    return found


def _check(meter: Meter, before: MeterReading, value: Decimal, highest: int, *, confirmed: bool) -> None:
    difference = value - before.value
    turn = Decimal(10**meter.digits)
    if difference < 0 and before.kind != "estimated":
        if -difference < turn * WHOLE_TURN:
            raise ReadingGoesBack(f"{before.value} stood there on {before.read_on}")
        difference += turn
    kwh = difference * meter.multiplier
    if not confirmed and kwh > FLOOR and highest and kwh > UNLIKELY * highest:
        raise ReadingUnlikely(f"{kwh:f} kWh since {before.read_on}")


async def _before(session: AsyncSession, meter_no: str, register: str, read_on: date) -> MeterReading | None:
    query = sa.select(MeterReading).where(
        MeterReading.meter_no == meter_no, MeterReading.register == register, MeterReading.read_on < read_on
    )
    return (await session.scalars(query.order_by(MeterReading.read_on.desc()).limit(1))).first()


async def _highest(session: AsyncSession, account_no: str) -> int:
    newest = (
        sa.select(IssuedBill.energy_kwh)
        .where(IssuedBill.account_no == account_no)
        .order_by(IssuedBill.month.desc())
        .limit(12)
        .subquery()
    )
    return int(await session.scalar(sa.select(sa.func.coalesce(sa.func.max(newest.c.energy_kwh), 0))) or 0)


async def change(
    session: AsyncSession, old: Meter, *, on_day: date, ends: dict[str, Decimal], new_no: str,
    starts: dict[str, Decimal], verified_until: date, seal_no: str | None,
) -> Meter:  # fmt: skip
    """The old meter is read for the last time, the new one for the first, on one day.

    Raises:
        Malformed: not every register was read. Conflict: it was removed already, or the new number is taken.
    """
    if old.removed_on is not None:
        raise Conflict("the meter was removed", code="meter_removed")
    if set(ends) != set(old.registers) or set(starts) != set(old.registers):
        raise Malformed("every register of both meters", code="registers_missing")
    if await session.get(Meter, new_no) is not None:
        raise Conflict("a meter with this number stands", code="meter_exists")
    for register, value in ends.items():
        await take(session, old, register, on_day, value, kind="replaced", confirmed=True)
    old.removed_on = on_day
    new = Meter(
        meter_no=new_no, account_no=old.account_no, point_kind=old.point_kind, digits=old.digits,
        multiplier=old.multiplier, registers=list(old.registers), installed_on=on_day, verified_until=verified_until,
        seal_no=seal_no,
    )  # fmt: skip
    session.add(new)
    await session.flush()
    for register, value in starts.items():
        session.add(MeterReading(meter_no=new_no, register=register, read_on=on_day, value=value, kind="replaced"))
    await session.flush()
    return new
