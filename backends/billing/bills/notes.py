"""A short message with what is due, for whoever pays: the sum and nothing else of the account."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills import service
from backends.billing.identity.models import Sms
from kernel import account_no as accounts
from kernel import clock, ids
from kernel import phone as phones
from kernel.dates_zh import text_date
from kernel.errors import Malformed
from kernel.money import format_yuan


async def send(session: AsyncSession, account: Account, phone: str) -> dict[str, Any]:
    """Raises Malformed (`phone_malformed`)."""
    number = phones.normalise(phone)
    if not phones.is_phone(number):
        raise Malformed("not a phone number", code="phone_malformed")
    due = await service.due(session, account)
    by = f"，请在{text_date(date.fromisoformat(due['due_date']))}前缴" if due["due_date"] else ""
    text = (
        f"【江城供电】户号尾号{accounts.last4(account.account_no)}应缴{format_yuan(due['total_fen'])}元{by}。"
        "微信、支付宝、掌上APP输户号就能缴，也可到营业厅。"
    )
    session.add(
        Sms(
            sms_id=ids.new_id("sms"),
            phone=number,
            text=text,
            purpose="due_note",
            queued_at=clock.now(),
            sent_by="simulated",
        )
    )
    return {"masked_phone": phones.mask(number), **due}
