"""The ledger's rules: nothing is connected that was not checked and found in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.checks import service as checks
from backends.ticketing.checks.models import CheckSheet
from backends.ticketing.equipment.errors import EquipmentNotFound, NotFitToConnect
from backends.ticketing.equipment.models import Equipment, EquipmentEvent
from backends.ticketing.equipment.schemas import Change, NewEquipment
from backends.ticketing.errors import BadField
from backends.ticketing.work_orders.acts import moment
from kernel import ids


async def register(session: AsyncSession, new: NewEquipment, *, actor: str) -> Equipment:
    row = Equipment(equipment_no=ids.new_id("SB"), status="registered", **new.model_dump())
    session.add(row)
    await session.flush()
    return await _note(session, row, "register", actor)


async def get(session: AsyncSession, equipment_no: str, *, lock: bool = False) -> Equipment:
    """Raises EquipmentNotFound."""
    found = await session.get(Equipment, equipment_no, with_for_update=lock or None)
    if found is None:
        raise EquipmentNotFound(equipment_no)
    return found


async def change(session: AsyncSession, row: Equipment, told: Change) -> Equipment:
    """Raises NotFitToConnect, BadField."""
    if row.status == "removed":
        raise NotFitToConnect("it was removed")
    sheet_no = None
    if told.event == "tested":
        if told.tested_until is None:
            raise BadField("tested_until", "until when the test holds")
        row.tested_until = told.tested_until
    elif told.event == "remove":
        row.status = "removed"
    else:
        sheet_no = await _fit(session, row)
        row.status = "connected"
    return await _note(session, row, told.event, told.actor, sheet_no=sheet_no, note=told.note)


async def _fit(session: AsyncSession, row: Equipment) -> str:
    """The sheet it was found in order by. Raises NotFitToConnect."""
    sheets = await checks.sheets_of(session, row.equipment_no, 1)
    if not sheets:
        raise NotFitToConnect("nobody has checked it")
    if await checks.open_findings(session, row.equipment_no):
        raise NotFitToConnect("findings are not put right")
    if row.tested_until is not None and row.tested_until < moment().date():
        raise NotFitToConnect("its test has run out")
    return sheets[0].sheet_no


async def on_sheet(session: AsyncSession, sheet: CheckSheet) -> None:
    """What a check means for what is connected: findings make it `must_mend`. Raises EquipmentNotFound."""
    row = await get(session, sheet.subject, lock=True)
    if "fail" in sheet.results.values() and row.status == "connected":
        row.status = "must_mend"
    await _note(session, row, "checked", str(sheet.checked_by[0]), sheet_no=sheet.sheet_no)


async def _note(
    session: AsyncSession, row: Equipment, event: str, actor: str, *, sheet_no: str | None = None,
    note: str | None = None,
) -> Equipment:  # fmt: skip
    session.add(
        EquipmentEvent(
            equipment_no=row.equipment_no, event=event, status=row.status, sheet_no=sheet_no, note=note, actor=actor,
            at=moment(),
        )
    )  # fmt: skip
    await session.flush()
    return row


async def of_account(session: AsyncSession, account_no: str) -> Sequence[Equipment]:
    query = sa.select(Equipment).where(Equipment.account_no == account_no).order_by(Equipment.equipment_no)
    return (await session.execute(query)).scalars().all()


async def events(session: AsyncSession, equipment_no: str) -> Sequence[EquipmentEvent]:
    query = sa.select(EquipmentEvent).where(EquipmentEvent.equipment_no == equipment_no).order_by(EquipmentEvent.id)
    return (await session.execute(query)).scalars().all()


async def due(session: AsyncSession, until: date) -> Sequence[Equipment]:
    """What is connected and whose test ends by then, the first first."""
    query = sa.select(Equipment).where(
        Equipment.status.in_(("connected", "must_mend")), Equipment.tested_until <= until
    )
    return (await session.execute(query.order_by(Equipment.tested_until, Equipment.equipment_no))).scalars().all()
