"""A customer's file, as they see it and as staff find it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.accounts.models import Account, Meter
from backends.billing.bills.models import IssuedBill
from backends.billing.customers import contracts, labels
from backends.billing.customers.labels import Life
from backends.billing.customers.models import Contract, LabelObjection, Member, Preference, StaffLook
from backends.billing.payments.models import Allocation
from kernel import clock, masking
from kernel import phone as phones

Json = dict[str, Any]
MOST = 20
DEFAULTS = {"channel": "sms", "hours": "day", "language": "zh", "large_text": False, "slow_speech": False}


async def file_of(session: AsyncSession, account: Account) -> Json:
    """What is kept of a customer, as the customer may see it: no more than is used, each label with its reason."""
    objected = await _objections(session, account.account_no)
    own = [*labels.of_kind(account), *labels.of_life(await _life(session, account))]
    members = (await session.scalars(sa.select(Member).where(Member.account_no == account.account_no))).all()
    return {
        "account_no": account.account_no,
        "labels": [{"name": one.name, "why": one.why} for one in own if one.name not in objected],
        "objected": sorted(objected),
        "preferences": await preferences(session, account.account_no),
        "members": [
            {
                "role": one.role, "name": masking.mask_name(one.name), "phone": phones.mask(one.phone),
                "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else None,
            }
            for one in members
        ],
    }  # fmt: skip


async def _objections(session: AsyncSession, account_no: str) -> set[str]:
    query = sa.select(LabelObjection.label).where(LabelObjection.account_no == account_no)
    return set((await session.scalars(query)).all())


async def _life(session: AsyncSession, account: Account) -> Life:
    query = (
        sa.select(IssuedBill)
        .where(IssuedBill.account_no == account.account_no)
        .order_by(IssuedBill.month.desc())
        .limit(12)
    )
    year = (await session.scalars(query)).all()
    late = sa.select(sa.func.count(sa.distinct(Allocation.bill_no))).where(
        Allocation.bill_no.in_([one.bill_no for one in year]), Allocation.part == "late_fee"
    )
    kinds = (await session.scalars(sa.select(Meter.point_kind).where(Meter.account_no == account.account_no))).all()
    overdue = sum(clock.today() > one.due_date and one.paid_fen < one.payable_fen for one in year)
    return Life(
        mean_kwh=_mean(year, range(1, 13)),
        summer_kwh=_mean(year, (7, 8)),
        winter_kwh=_mean(year, (12, 1)),
        late_bills=int(await session.scalar(late) or 0) + overdue,
        has_roof="export" in kinds,
        has_charger="ev" in kinds,
    )


def _mean(year: Any, months: Any) -> Decimal | None:
    used = [Decimal(one.energy_kwh) for one in year if int(one.month[5:]) in months]
    return sum(used, Decimal(0)) / len(used) if used else None


async def preferences(session: AsyncSession, account_no: str) -> Json:
    found = await session.get(Preference, account_no)
    return {name: getattr(found, name) if found else default for name, default in DEFAULTS.items()}


async def prefer(session: AsyncSession, account_no: str, wanted: Json) -> Json:
    row = {**await preferences(session, account_no), **wanted}
    values = {"account_no": account_no, **row, "set_at": clock.now()}
    statement = insert(Preference).values(values)
    changed = {name: value for name, value in values.items() if name != "account_no"}
    await session.execute(statement.on_conflict_do_update(index_elements=["account_no"], set_=changed))
    return row


async def object_to(session: AsyncSession, account: Account, label: str, said: str) -> Json:
    """The customer says it does not fit: not shown, not used. What the contract says cannot be objected to here."""
    row = {"account_no": account.account_no, "label": label, "said": said, "at": clock.now()}
    await session.execute(insert(LabelObjection).values(row).on_conflict_do_nothing())
    return await file_of(session, account)


async def contract_of(session: AsyncSession, account: Account) -> Json:
    """The contract on file, or its elements as the account implies them."""
    found = await session.get(Contract, account.account_no)
    held = {**contracts.elements(account), **(found.elements if found else {})}
    return {
        "contract_no": found.contract_no if found else None,
        "signed_on": found.signed_on.isoformat() if found else None,
        "elements": [{"name": name, "label": label, "says": held[name]} for name, label in contracts.ELEMENTS.items()],
    }


async def add_member(session: AsyncSession, account_no: str, *, role: str, name: str, phone: str, since: date) -> None:
    row = {"account_no": account_no, "phone": phone, "role": role, "name": name, "since": since}
    await session.execute(
        insert(Member).values(row).on_conflict_do_update(
            index_elements=["account_no", "phone"], set_={"role": role, "name": name, "until": None}
        )
    )  # fmt: skip


async def search_for(session: AsyncSession, asked: Json, *, actor: str, reason: str) -> Json:
    """What an agent may find: masked, at most twenty, and the look is written down (service-catalogue 1.3).

    `asked` has one or more of account_no, phone, address, category, supply_mode, user_kind.
    """
    query = sa.select(Account).order_by(Account.account_no).limit(MOST + 1)
    if number := asked.get("account_no"):
        query = query.where(Account.account_no == number)
    if phone := asked.get("phone"):
        ours = sa.select(Member.account_no).where(Member.phone == phone, Member.until.is_(None))
        query = query.where(sa.or_(Account.contact_phone == phone, Account.account_no.in_(ours)))
    if address := asked.get("address"):
        query = query.where(Account.supply_address.contains(address.replace(" ", ""), autoescape=True))
    for name in ("category", "supply_mode", "user_kind", "relation_kind", "power_source_kind"):
        if value := asked.get(name):
            query = query.where(getattr(Account, name) == value)
    found = (await session.scalars(query)).all()
    session.add(
        StaffLook(actor=actor, reason=reason, asked=_masked(asked), found=min(len(found), MOST), at=clock.now())
    )
    items = [{**accounts.masked(one), "labels": [label.name for label in labels.of_kind(one)]} for one in found[:MOST]]
    return {"items": items, "more": len(found) > MOST}


def _masked(asked: Json) -> Json:
    masks = {"phone": phones.mask, "account_no": masking.mask_account_no, "address": masking.mask_address}
    return {name: masks[name](value) if name in masks else value for name, value in asked.items()}
