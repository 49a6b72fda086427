"""Account, phone tail, code: what is sent, what counts, what locks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from backends.billing.identity import service
from backends.billing.identity.models import Sms
from backends.billing.identity.schemas import NewChallenge
from kernel import clock, ids
from kernel.errors import Conflict
from kit.auth import identity
from kit.db import Database

WANG, LAST4, CODE = "3100102346", "5678", "472901"
SAMPLE = service.Rules("secret", timedelta(minutes=15), is_sample=True)
REAL = service.Rules("secret", timedelta(minutes=15), is_sample=False)


def challenge(api: httpx.Client, subject: str, *, account: str = WANG, last4: str = LAST4, key: str = "") -> Any:
    body = {"account_no": account, "phone_last4": last4, "subject": subject}
    return api.post("/identity/challenges", json=body, headers={"Idempotency-Key": key or ids.new_id("k")})


def verify(api: httpx.Client, sent: Any, code: str, key: str = "") -> Any:
    path = f"/identity/challenges/{sent.json()['challenge_id']}/verify"
    return api.post(path, json={"code": code}, headers={"Idempotency-Key": key or ids.new_id("k")})


def test_the_right_code_opens_the_bill_of_this_conversation_only(api: httpx.Client, subject: str) -> None:
    sent = challenge(api, subject)
    assert sent.status_code == 201
    assert sent.json()["masked_phone"] == "138****5678"
    proved = verify(api, sent, CODE).json()
    assert proved["level"] == "L2"
    headers = {"X-Identity-Token": proved["identity_token"], "X-Subject": subject}
    assert api.get(f"/accounts/{WANG}/bills/latest", headers=headers).json()["bill_amount"] == "98.58"
    assert api.get(f"/accounts/{WANG}/bills/latest", headers={**headers, "X-Subject": "c_x"}).status_code == 403


def test_an_unknown_account_and_a_wrong_phone_are_answered_alike(api: httpx.Client) -> None:
    wrong = challenge(api, ids.new_id("c"), last4="0000")
    unknown = challenge(api, ids.new_id("c"), account="3199999990")
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "identity_mismatch"


def test_three_wrong_phone_tails_lock_and_then_the_right_one_is_not_taken(api: httpx.Client, subject: str) -> None:
    codes = [challenge(api, subject, last4=last4).json()["code"] for last4 in ("1111", "2222", "3333")]
    assert codes == ["identity_mismatch", "identity_mismatch", "identity_locked"]
    late = challenge(api, subject)
    assert (late.status_code, late.json()["code"]) == (429, "identity_locked")
    assert late.json()["locked_until"]
    assert challenge(api, ids.new_id("c")).status_code == 201  # another channel of the customer is not locked out


def test_three_different_wrong_accounts_lock_a_conversation(api: httpx.Client, subject: str) -> None:
    numbers = ("3199999990", "3100204589", "3100205172")
    codes = [challenge(api, subject, account=no, last4="0001").json()["code"] for no in numbers]
    assert codes[-1] == "identity_locked"


@pytest.mark.row("S12")
def test_three_wrong_codes_lock(api: httpx.Client, subject: str) -> None:
    sent = challenge(api, subject)
    codes = [verify(api, sent, wrong).json()["code"] for wrong in ("000001", "000002", "000003")]
    assert codes == ["code_wrong", "code_wrong", "identity_locked"]
    assert verify(api, sent, CODE).status_code == 429


def test_a_code_is_good_once(api: httpx.Client, subject: str) -> None:
    sent = challenge(api, subject)
    assert verify(api, sent, CODE).status_code == 200
    assert verify(api, sent, CODE).json()["code"] == "challenge_used"


def test_the_same_key_gives_the_same_answer_and_sends_one_message(
    api: httpx.Client, subject: str, billing_database: str
) -> None:
    key = ids.new_id("k")
    before = _messages(billing_database)
    first, again = challenge(api, subject, key=key), challenge(api, subject, key=key)
    assert first.json() == again.json()
    assert _messages(billing_database) == before + 1
    other = challenge(api, subject, last4="1111", key=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    proof_key = ids.new_id("k")
    assert verify(api, first, CODE, proof_key).json() == verify(api, first, CODE, proof_key).json()


def test_a_wrong_guess_repeated_with_its_key_counts_once(api: httpx.Client, subject: str) -> None:
    key = ids.new_id("k")
    answers = [challenge(api, subject, last4="1111", key=key) for _ in range(4)]
    assert {a.json()["code"] for a in answers} == {"identity_mismatch"}
    assert challenge(api, subject).status_code == 201


def _messages(database_url: str) -> int:
    engine = sa.create_engine(database_url)
    with engine.connect() as link:
        count = link.execute(sa.text("SELECT count(*) FROM billing.sms_outbox")).scalar_one()
    engine.dispose()
    return int(count)


def test_a_write_without_a_key_is_refused(api: httpx.Client, subject: str) -> None:
    body = {"account_no": WANG, "phone_last4": LAST4, "subject": subject}
    answer = api.post("/identity/challenges", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")


@pytest.mark.parametrize(("account", "code"), [("3100102345", "account_check_failed"), ("31001", "account_length")])
def test_a_number_that_cannot_be_is_said_before_anything_is_looked_up(
    api: httpx.Client, subject: str, account: str, code: str
) -> None:
    answer = challenge(api, subject, account=account)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


# With a held clock, in process.


@pytest.fixture
async def database(billing_database: str) -> AsyncIterator[Database]:
    made = Database(billing_database)
    yield made
    await made.close()


async def _start(database: Database, subject: str, rules: service.Rules = SAMPLE, last4: str = LAST4) -> Any:
    asked = NewChallenge(account_no=WANG, phone_last4=last4, subject=subject)
    async with database.transaction() as session:
        return await service.start(session, asked, rules)


async def _verify(database: Database, challenge_id: str, code: str) -> Any:
    async with database.transaction() as session:
        return await service.verify(session, challenge_id, code, SAMPLE)


async def test_a_code_ends_after_five_minutes(database: Database, subject: str) -> None:
    now = clock.now()
    with clock.hold(now):
        _, sent = await _start(database, subject)
    with clock.hold(now + timedelta(minutes=5)):
        status, body = await _verify(database, sent["challenge_id"], CODE)
    assert (status, body["code"]) == (Conflict.status, "code_expired")


async def test_a_lock_opens_after_half_an_hour(database: Database, subject: str) -> None:
    now = clock.now()
    with clock.hold(now):
        for last4 in ("1111", "2222", "3333"):
            status, _ = await _start(database, subject, last4=last4)
        assert status == 429
    with clock.hold(now + timedelta(minutes=29)):
        assert (await _start(database, subject))[0] == 429
    with clock.hold(now + timedelta(minutes=30, seconds=1)):
        assert (await _start(database, subject))[0] == 201


async def test_a_new_code_ends_the_one_before(database: Database, subject: str) -> None:
    _, first = await _start(database, subject)
    _, second = await _start(database, subject)
    assert (await _verify(database, first["challenge_id"], CODE))[1]["code"] == "code_expired"
    status, proved = await _verify(database, second["challenge_id"], CODE)
    assert status == 200
    assert identity.verify("secret", proved["identity_token"], account_no=WANG, subject=subject) == "L2"


async def test_guesses_sent_at_once_are_all_counted(database: Database, subject: str) -> None:
    _, sent = await _start(database, subject)
    answers = await asyncio.gather(*[_verify(database, sent["challenge_id"], f"00000{n}") for n in range(6)])
    assert sorted(status for status, _ in answers) == [403, 403, 429, 429, 429, 429]


async def test_outside_sample_mode_the_code_is_random_and_goes_to_the_outbox_only(
    database: Database, subject: str
) -> None:
    seen = set()
    for _ in range(3):
        _, sent = await _start(database, subject, REAL)
        assert set(sent) == {"challenge_id", "masked_phone", "expires_at"}
        async with database.reading() as session:
            newest = sa.select(Sms).order_by(Sms.sms_id.desc()).limit(1)
            sms = (await session.scalars(newest)).one()
        assert (sms.phone, sms.sent_by) == ("13812345678", "simulated")
        seen.add(sms.text)
    assert len(seen) == 3
