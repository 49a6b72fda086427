"""Proving that somebody is the customer: account, phone tail, code (domain/service-catalogue.md 1.2).

Refusals are returned and not raised: what counts towards a lock has to be committed with the answer.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import repository as accounts
from backends.billing.accounts.errors import refuse_bad
from backends.billing.accounts.models import Account
from backends.billing.accounts.service import count_lookup
from backends.billing.identity import repository
from backends.billing.identity.errors import (
    ChallengeNotFound,
    ChallengeUsed,
    CodeExpired,
    CodeWrong,
    IdentityLocked,
    IdentityMismatch,
)
from backends.billing.identity.models import Challenge, Failure, Sms
from backends.billing.identity.schemas import NewChallenge
from kernel import clock, ids
from kernel import phone as phones
from kernel.errors import Rejected, to_problem
from kit import logging
from kit.auth import identity
from kit.settings import Settings

log = logging.get("billing.identity")
Result = tuple[int, dict[str, Any]]

CODE_VALID = timedelta(minutes=5)
LOCK_FOR = timedelta(minutes=30)
MOST_WRONG = 3
# Over all conversations: a guesser who opens a new one each time is stopped too, without one angry caller being able
# to lock the customer out of other channels.
MOST_WRONG_ON_ACCOUNT = 15
SAMPLE_CODE = "472901"


@dataclass(frozen=True)
class Rules:
    """From the settings: the secret of proofs, how long they hold, and whether codes are the sample one."""

    secret: str
    proof_valid: timedelta
    is_sample: bool

    @classmethod
    def of(cls, config: Settings) -> Rules:
        return cls(config.identity.secret.get_secret_value(), config.identity.valid_for, bool(config.sample_mode))


def _refusal(err: Rejected) -> Result:
    return err.status, to_problem(err)


async def start(session: AsyncSession, asked: NewChallenge, rules: Rules) -> Result:
    """Send a code when account and phone tail belong together.

    Raises:
        Malformed: the number cannot be an account. TooManyAccounts.
    """
    refuse_bad(asked.account_no)
    await count_lookup(session, asked.subject, asked.account_no)
    await repository.serialise(session, asked.account_no)
    locked = await locked_until(session, asked.account_no, asked.subject)
    if locked:
        return _locked(locked)
    account = await accounts.find(session, asked.account_no)
    if account is None or not _fits(account, asked.phone_last4):
        return await _count_wrong(session, asked.account_no, asked.subject, IdentityMismatch("they do not match"))
    return 201, await _send(session, account, asked.subject, rules)


def _fits(account: Account, phone_last4: str) -> bool:
    return bool(account.contact_phone) and hmac.compare_digest(phones.last4(account.contact_phone or ""), phone_last4)


async def _send(session: AsyncSession, account: Account, subject: str, rules: Rules) -> dict[str, Any]:
    now, phone = clock.now(), account.contact_phone or ""
    code = SAMPLE_CODE if rules.is_sample else f"{secrets.randbelow(10**6):06d}"
    await repository.end_open_challenges(session, account.account_no, subject, now=now)
    sent = Challenge(
        challenge_id=ids.new_id("ch"),
        account_no=account.account_no,
        subject=subject,
        code_hash="",
        expires_at=now + CODE_VALID,
        used_at=None,
    )
    sent.code_hash = _hash(code, sent.challenge_id, rules)
    text = f"【江城供电】验证码 {code}，5 分钟内有效。工作人员不会向您索要验证码，请勿告诉他人。"
    sms = Sms(sms_id=ids.new_id("sms"), phone=phone, text=text, purpose="identity_code", queued_at=now)
    sms.sent_by = "simulated"
    session.add_all([sent, sms])
    return {
        "challenge_id": sent.challenge_id,
        "masked_phone": phones.mask(phone),
        "expires_at": sent.expires_at.isoformat(),
    }


def _hash(code: str, challenge_id: str, rules: Rules) -> str:
    return hmac.new(rules.secret.encode(), f"{challenge_id}:{code}".encode(), hashlib.sha256).hexdigest()


async def verify(session: AsyncSession, challenge_id: str, code: str, rules: Rules) -> Result:
    """A proof of L2 for the right code in time.

    Raises:
        ChallengeNotFound.
    """
    sent = await repository.challenge(session, challenge_id)
    if sent is None:
        raise ChallengeNotFound("no such challenge")
    await repository.serialise(session, sent.account_no)
    await session.refresh(sent)
    locked = await locked_until(session, sent.account_no, sent.subject)
    if locked:
        return _locked(locked)
    if sent.used_at is not None:
        return _refusal(ChallengeUsed("this code was used"))
    if clock.now() >= sent.expires_at:
        return _refusal(CodeExpired("the code has ended"))
    if not hmac.compare_digest(_hash(code, challenge_id, rules), sent.code_hash):
        return await _count_wrong(session, sent.account_no, sent.subject, CodeWrong("another code was sent"))
    sent.used_at = clock.now()
    await repository.forget_failures(session, sent.account_no, sent.subject)
    token, ends = identity.issue(
        rules.secret,
        account_no=sent.account_no,
        subject=sent.subject,
        level="L2",
        ttl_s=rules.proof_valid.total_seconds(),
    )
    return 200, {"identity_token": token, "level": "L2", "expires_at": ends.isoformat()}


async def _count_wrong(session: AsyncSession, account_no: str, subject: str, err: Rejected) -> Result:
    session.add(Failure(account_no=account_no, subject=subject, at=clock.now()))
    await session.flush()
    locked = await locked_until(session, account_no, subject)
    if locked:
        log.warning("identity locked", subject=subject, account_last4=account_no[-4:])
        return _locked(locked)
    return _refusal(err)


def _locked(until: datetime) -> Result:
    return _refusal(IdentityLocked("too many wrong attempts", locked_until=until.isoformat()))


async def locked_until(session: AsyncSession, account_no: str, subject: str) -> datetime | None:
    """When attempts are taken again; None when they are taken now.

    Three wrong ones of a conversation, whatever accounts it tried, or fifteen on an account within half an hour.
    """
    since = clock.now() - LOCK_FOR
    here, there = await repository.failures(session, account_no, subject, since=since)
    ends = [
        found[most - 1] + LOCK_FOR
        for found, most in ((here, MOST_WRONG), (there, MOST_WRONG_ON_ACCOUNT))
        if len(found) >= most
    ]
    return max(ends, default=None)
