"""/v1/accounts/{no}/readings (a customer's own, L2) and /v1/meters/{no}/… for our people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.endpoints import AccountNo
from backends.billing.accounts.models import MeterReading
from backends.billing.metering import service
from backends.billing.web import Asks, Calls, Db, Key, write_once

router = APIRouter(tags=["readings"])
MeterNo = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,30}$")]
Register = Literal["total", "peak", "flat", "valley", "reactive", "demand", "export"]
Value = Annotated[Decimal, Field(ge=0, lt=10**9, decimal_places=2)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class OwnReading(_Strict):
    """What a customer reads off; `confirmed` once they were asked whether it is right."""

    meter_no: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,30}$")]
    register_name: Annotated[Register, Field(alias="register")] = "total"
    read_on: Day
    value: Value
    confirmed: bool = False


class Reading(_Strict):
    register_name: Annotated[Register, Field(alias="register")] = "total"
    read_on: Day
    value: Value
    kind: Literal["actual", "corrected"] = "actual"
    confirmed: bool = False


class NewMeter(_Strict):
    on_day: Day
    ends: dict[Register, Value]
    new_meter_no: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,30}$")]
    starts: dict[Register, Value]
    verified_until: Day
    seal_no: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,30}$")] | None = None


@router.post("/accounts/{account_no}/readings", status_code=201)
async def own_reading(account_no: AccountNo, new: OwnReading, db: Db, key: Key, asks: Asks) -> JSONResponse:
    """L2: a customer reads their meter themselves."""
    asks.require_l2(account_no)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        meter = await service.get(session, new.meter_no, account_no)
        row = await service.take(
            session, meter, new.register_name, new.read_on, new.value, kind="customer", confirmed=new.confirmed
        )
        return 201, _shown(row)

    return await write_once(db, key, ["own-reading", account_no, new.model_dump(mode="json")], run)


@router.post("/meters/{meter_no}/readings", status_code=201)
async def reading(meter_no: MeterNo, new: Reading, db: Db, key: Key, calls: Calls) -> JSONResponse:
    calls.require("readings")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        meter = await service.get(session, meter_no)
        row = await service.take(
            session, meter, new.register_name, new.read_on, new.value, kind=new.kind, confirmed=new.confirmed
        )
        return 201, _shown(row)

    return await write_once(db, key, ["reading", meter_no, new.model_dump(mode="json")], run)


@router.post("/meters/{meter_no}/replacement", status_code=201)
async def replacement(meter_no: MeterNo, new: NewMeter, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """Old and new meter, both read on the day of the change."""
    calls.require("readings")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        old = await service.get(session, meter_no)
        made = await service.change(
            session, old, on_day=new.on_day, ends={str(k): v for k, v in new.ends.items()}, new_no=new.new_meter_no,
            starts={str(k): v for k, v in new.starts.items()}, verified_until=new.verified_until, seal_no=new.seal_no,
        )  # fmt: skip
        return 201, {"meter_no": made.meter_no, "replaces": meter_no, "installed_on": made.installed_on.isoformat()}

    return await write_once(db, key, ["replacement", meter_no, new.model_dump(mode="json")], run)


def _shown(row: MeterReading) -> dict[str, Any]:
    return {
        "meter_no": row.meter_no, "register": row.register, "read_on": row.read_on.isoformat(),
        "value": f"{row.value.normalize():f}", "kind": row.kind,
    }  # fmt: skip
