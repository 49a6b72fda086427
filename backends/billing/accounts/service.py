"""Who may see what of an account (levels: domain/service-catalogue.md 1.2, masking: 1.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import repository
from backends.billing.accounts.errors import AccountNotFound, TooManyAccounts, refuse_bad
from backends.billing.accounts.models import Account
from kernel import clock, masking
from kernel import phone as phones
from kernel.errors import Malformed, NotFound
from kit import logging

log = logging.get("billing.accounts")
MOST_ACCOUNTS = 5
PER = timedelta(hours=1)


async def get(session: AsyncSession, account_no: str) -> Account:
    """Raises AccountNotFound, or what is wrong with the number."""
    refuse_bad(account_no)
    found = await repository.find(session, account_no)
    if found is None:
        raise AccountNotFound("no such account")
    return found


async def count_lookup(session: AsyncSession, subject: str | None, account_no: str) -> None:
    """Raises TooManyAccounts on the sixth account of a conversation within an hour, and says so in the log."""
    if subject is None:
        return
    asked = await repository.note_lookup(session, subject, account_no, now=clock.now(), within=PER)
    if asked > MOST_ACCOUNTS:
        log.warning("one conversation asks for many accounts", subject=subject, accounts=asked)
        raise TooManyAccounts(f"more than {MOST_ACCOUNTS} accounts within an hour")


def masked(account: Account) -> dict[str, Any]:
    """L1: that the account is there and where roughly, no figure, no whole name."""
    return {
        "level": "L1",
        "account_no": masking.mask_account_no(account.account_no),
        "account_name": masking.mask_name(account.account_name),
        "supply_address": masking.mask_address(account.supply_address),
        "community": account.community,
        "district": account.district,
        "area_kind": account.area_kind,
        "transformer_area": account.transformer_area,
        "category": account.category,
        "status": account.status,
    }


async def whole(session: AsyncSession, account: Account) -> dict[str, Any]:
    """L2: all but the phone, which stays masked."""
    meters = await repository.meters_of(session, account.account_no)
    names = (
        "account_no", "account_name", "supply_address", "plan", "voltage", "supply_mode", "relation_kind",
        "power_source_kind", "user_kind", "capacity_kva", "demand_mode", "contract_demand_kw", "large_household",
        "low_income", "ladder_months", "read_day", "pay_mode", "balance_fen", "credit_balance_fen", "has_life_support",
    )  # fmt: skip
    return {
        **masked(account),
        **{name: getattr(account, name) for name in names},
        "level": "L2",
        "contact_phone": phones.mask(account.contact_phone) if account.contact_phone else None,
        "meters": [{"meter_no": m.meter_no, "point_kind": m.point_kind, "multiplier": m.multiplier} for m in meters],
    }


async def area_hint(session: AsyncSession, phone: str) -> dict[str, Any]:
    """Where a caller probably is: community and transformer area, nothing else.

    Raises:
        NotFound: the phone is kept with no account, or with several places.
    """
    number = phones.normalise(phone)
    if not phones.is_phone(number):
        raise Malformed("not a phone number", code="phone_malformed")
    areas = await repository.areas_of_phone(session, number)
    if len(areas) != 1:
        raise NotFound("no single area for this phone", code="no_area_hint")
    community, area, kind = areas[0]
    return {"community": community, "transformer_area": area, "area_kind": kind}
