"""Whoever asked for the link hears that the money came, in the conversation the link was made in."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.payments.models import PayLink, Payment
from kernel import account_no as accounts
from kernel.money import format_yuan, speak_yuan
from kernel.speech import speakable
from kit import jobs


async def tell_conversation(session: AsyncSession, payment: Payment, account: Account) -> None:
    """`conversations.announce` belongs to the gateway; it is queued with the payment, so it is told once it stands."""
    link = await session.get(PayLink, payment.link_id) if payment.link_id else None
    if link is None or link.conversation_id is None:
        return
    tail = accounts.last4(account.account_no)
    text = f"收到您缴的 {format_yuan(payment.amount_fen)} 元，户号尾号 {tail}，已经入账，谢谢。"
    speech = f"收到您缴的{speak_yuan(payment.amount_fen)}，尾号{speakable(tail)}，已经入账，谢谢。"
    args = {
        "conversation_id": link.conversation_id,
        "key": f"paid:{payment.payment_no}",
        "text": text,
        "speech": speech,
    }
    await jobs.defer(session, "conversations.announce", args)
