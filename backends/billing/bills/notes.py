"""A short message with what is due, for whoever pays: the sum and nothing else of the account."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills import service
from backends.billing.identity.models import Sms
from backends.billing.payments.models import PayLink
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
    queue(session, number, text, purpose="due_note")
    return {"masked_phone": phones.mask(number), **due}


async def send_link(session: AsyncSession, account: Account, phone: str, link: PayLink, url: str) -> str:
    """The link and the sum. Gives the masked phone; raises Malformed (`phone_malformed`)."""
    number = phones.normalise(phone)
    if not phones.is_phone(number):
        raise Malformed("not a phone number", code="phone_malformed")
    until = text_date(link.expires_at.astimezone(clock.TZ).date())
    text = (
        f"【江城供电】户号尾号{accounts.last4(account.account_no)}应缴{format_yuan(link.amount_fen)}元，点开就能缴，"
        f"{until}前有效：{url} 。我们不会问您的银行卡号和密码。"
    )
    queue(session, number, text, purpose="pay_link")
    return phones.mask(number)


async def collection_failed(session: AsyncSession, account_no: str) -> None:
    """The bank could not take it: told to the kept phone, with a day's grace (3.1)."""
    account = await session.get(Account, account_no)
    if account is None or not account.contact_phone:
        return
    text = (
        f"【江城供电】户号尾号{accounts.last4(account_no)}本月银行代扣没有成功，请查看卡内余额，或用微信、支付宝缴费。"
        "宽限一天，不算晚交。"
    )
    queue(session, account.contact_phone, text, purpose="collection_failed")


def queue(session: AsyncSession, phone: str, text: str, *, purpose: str) -> None:
    """An SMS in the caller's transaction; sending is simulated."""
    session.add(
        Sms(
            sms_id=ids.new_id("sms"), phone=phone, text=text, purpose=purpose, queued_at=clock.now(),
            sent_by="simulated",
        )
    )  # fmt: skip
