"""/v1/accounts/{no}/file, /preferences, /contract, /members (L2) and /v1/customers/search for staff."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.accounts.endpoints import AccountNo
from backends.billing.customers import service
from backends.billing.web import Asks, Calls, Db, Key, write_once
from kernel import phone as phones
from kernel.errors import Malformed

router = APIRouter(tags=["customers"])
Word = Annotated[str, Field(min_length=1, max_length=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Preferences(_Strict):
    channel: Literal["sms", "wechat", "phone", "email"] | None = None
    hours: Literal["day", "evening", "weekend", "any"] | None = None
    language: Literal["zh", "en"] | None = None
    large_text: bool | None = None
    slow_speech: bool | None = None


class Objection(_Strict):
    label: Word
    said: Annotated[str, Field(min_length=1, max_length=300)]


class NewMember(_Strict):
    role: Literal["owner", "tenant", "payer", "family"]
    name: Word
    phone: Annotated[str, Field(max_length=30)]
    since: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class StaffSearch(_Strict):
    """One thing at least; `reason` is kept with the look."""

    reason: Word
    account_no: Annotated[str, Field(max_length=20)] | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None
    address: Annotated[str, Field(min_length=2, max_length=100)] | None = None
    category: Word | None = None
    supply_mode: Word | None = None
    user_kind: Word | None = None
    relation_kind: Word | None = None
    power_source_kind: Word | None = None

    @model_validator(mode="after")
    def _something(self) -> StaffSearch:
        if not self.asked():
            raise ValueError("ask for something")
        return self

    def asked(self) -> dict[str, Any]:
        return self.model_dump(exclude={"reason"}, exclude_none=True)


@router.get("/accounts/{account_no}/file")
async def file_of(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    """L2: all that is kept and concluded of a customer, with why."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        return await service.file_of(session, await accounts.get(session, account_no))


@router.post("/accounts/{account_no}/file/objections", status_code=201)
async def object_to(account_no: AccountNo, new: Objection, db: Db, key: Key, asks: Asks) -> JSONResponse:
    """L2: a label does not fit."""
    asks.require_l2(account_no)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        account = await accounts.get(session, account_no)
        return 201, await service.object_to(session, account, new.label, new.said)

    return await write_once(db, key, ["objection", account_no, new.model_dump()], run)


@router.put("/accounts/{account_no}/preferences")
async def prefer(account_no: AccountNo, new: Preferences, db: Db, key: Key, asks: Asks) -> JSONResponse:
    """L2: how they like to be reached."""
    asks.require_l2(account_no)
    wanted = new.model_dump(exclude_none=True)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await accounts.get(session, account_no)
        return 200, await service.prefer(session, account_no, wanted)

    return await write_once(db, key, ["preferences", account_no, wanted], run)


@router.get("/accounts/{account_no}/contract")
async def contract(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    """L2: every element of the supply contract."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        return await service.contract_of(session, await accounts.get(session, account_no))


@router.post("/accounts/{account_no}/members", status_code=201)
async def add_member(account_no: AccountNo, new: NewMember, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """A tenant, somebody who pays, the owner of a flat that is let; written by staff who saw the papers."""
    calls.require("customers")
    number = phones.normalise(new.phone)
    if not phones.is_phone(number):
        raise Malformed("not a phone number", code="phone_malformed")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await accounts.get(session, account_no)
        await service.add_member(session, account_no, role=new.role, name=new.name, phone=number, since=new.since)
        return 201, {"role": new.role, "phone": phones.mask(number)}

    return await write_once(db, key, ["member", account_no, new.model_dump(mode="json")], run)


@router.post("/customers/search")
async def search(body: StaffSearch, db: Db, calls: Calls) -> dict[str, Any]:
    """For staff: masked, at most twenty, and who looked for whom is kept."""
    calls.require("search")
    if not calls.actor:
        raise Malformed("who looks: X-Actor", code="actor_missing")
    asked = body.asked()
    if "phone" in asked:
        asked["phone"] = phones.normalise(asked["phone"])
    async with db.transaction() as session:
        return await service.search_for(session, asked, actor=calls.actor, reason=body.reason)
