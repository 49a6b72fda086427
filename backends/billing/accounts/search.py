"""Which accounts belong to a phone, or to an address as somebody says it?

Only whole answers count: an address has to name the community and every number of the account's own address, so that a
search tells a stranger no more than whether a number they already know is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import repository, service
from backends.billing.accounts.models import Account
from kernel import account_no as accounts
from kernel import phone as phones
from kernel.errors import Malformed
from kernel.numbers_zh import digits_of, int_of

MOST = 4  # more than a person can choose from by ear
_ZH_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百幺洞拐勾]+")


async def by_phone(session: AsyncSession, phone: str, *, subject: str) -> dict[str, Any]:
    """Raises Malformed (`phone_malformed`), TooManyAccounts."""
    number = phones.normalise(phone)
    if not phones.is_phone(number):
        raise Malformed("not a phone number", code="phone_malformed")
    return await _told(session, await repository.of_phone(session, number, most=MOST + 1), subject)


async def by_address(session: AsyncSession, address: str, *, subject: str) -> dict[str, Any]:
    """Raises TooManyAccounts."""
    said = address.replace(" ", "")
    near = await repository.in_community_named_in(session, said)
    return await _told(session, [one for one in near if _is_at(one, said)][: MOST + 1], subject)


async def _told(session: AsyncSession, found: Sequence[Account], subject: str) -> dict[str, Any]:
    shown = found[:MOST]
    for one in shown:
        await service.count_lookup(session, subject, one.account_no)
    items = [
        {"account_no": one.account_no, "last4": accounts.last4(one.account_no), "status": one.status} for one in shown
    ]
    return {"items": items, "more": len(found) > MOST}


def _is_at(account: Account, said: str) -> bool:
    rest = said.partition(account.community)[2]
    wanted = numbers_in(account.supply_address.partition(account.community)[2])
    return bool(wanted) and numbers_in(rest) == wanted


def numbers_in(text: str) -> list[int]:
    """The numbers of an address in order: 3号楼二单元四零二 → 3, 2, 402."""
    return [int(part) for part in re.findall(r"\d+", _ZH_NUMBER.sub(_in_figures, text))]


def _in_figures(match: re.Match[str]) -> str:
    said = match[0]
    value = int_of(said) if re.search(r"[十百]", said) else None
    return str(value) if value is not None else digits_of(said)
