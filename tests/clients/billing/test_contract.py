"""One list of expectations, on the in-memory billing and on the reference backend."""

from __future__ import annotations

import importlib
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from backends.sample.load import load_billing
from clients.billing.http import HttpBilling
from clients.billing.memory import MemoryBilling
from clients.billing.protocol import Billing
from kernel import clock, ids
from kernel.errors import Conflict, Malformed, NotAllowed, NotFound, TooMany, Unavailable
from kit import local, migrate

support = importlib.import_module("tests.support.billing")
WANG, LAST4, CODE = "3100102346", "5678", "472901"


@pytest.fixture(scope="session")
def service_url(postgres_home: Any) -> Any:
    url = local.create_database(postgres_home, "billing_contract")
    migrate.up(url, "billing")
    load_billing(url, as_of=support.STANDS_AT.date())
    with support.running(url) as base:
        yield base


@pytest.fixture(params=["memory", "http"])
async def billing(request: pytest.FixtureRequest) -> AsyncIterator[Billing]:
    if request.param == "memory":
        with clock.hold(support.STANDS_AT):
            yield MemoryBilling.sample()
        return
    made = HttpBilling(request.getfixturevalue("service_url"), support.TOKEN, timeout_s=10)
    yield made
    await made.aclose()


@pytest.fixture
def subject() -> str:
    return ids.new_id("c")


async def prove(billing: Billing, subject: str) -> str:
    sent = await billing.challenge(account_no=WANG, phone_last4=LAST4, subject=subject, key=ids.new_id("k"))
    assert sent.masked_phone == "138****5678"
    proof = await billing.verify(sent.challenge_id, CODE)
    assert proof.level == "L2"
    return proof.token


async def test_an_account_is_masked_until_it_is_proved(billing: Billing, subject: str) -> None:
    seen = await billing.account(WANG)
    assert (seen.level, seen.account_name, seen.contact_phone) == ("L1", "王*明", None)
    token = await prove(billing, subject)
    whole = await billing.account(WANG, token=token, subject=subject)
    assert (whole.level, whole.account_name, whole.contact_phone) == ("L2", "王小明", "138****5678")
    with pytest.raises(NotAllowed) as refused:
        await billing.account(WANG, token=token, subject="c_another")
    assert refused.value.code == "identity_required"


async def test_the_total_due_needs_no_proof(billing: Billing) -> None:
    due = await billing.due(WANG)
    assert (due.total_fen, due.due_date, due.is_overdue) == (9858, date(2026, 11, 25), False)


async def test_a_bill_needs_its_proof_and_tells_the_figures_of_d01(billing: Billing, subject: str) -> None:
    with pytest.raises(NotAllowed):
        await billing.bill(WANG, token="nothing", subject=subject)
    token = await prove(billing, subject)
    for month in (None, "2026-10"):
        bill = await billing.bill(WANG, month=month, token=token, subject=subject)
        assert (bill.month, bill.amount_fen, bill.due_fen, bill.energy_kwh) == ("2026-10", 9858, 9858, 186)
        assert (bill.tier, bill.year_kwh, bill.next_tier_from_kwh) == (1, 1960, 2400)
        assert (bill.due_date, bill.status, bill.is_overdue) == (date(2026, 11, 25), "issued", False)
        assert bill.lines[0]["amount"] == "98.58"
        json.dumps(list(bill.lines))


async def test_bills_come_newest_first(billing: Billing, subject: str) -> None:
    token = await prove(billing, subject)
    months = [bill.month for bill in await billing.bills(WANG, token=token, subject=subject, limit=2)]
    assert months == ["2026-10", "2026-09"]


async def test_an_explanation_adds_up(billing: Billing, subject: str) -> None:
    token = await prove(billing, subject)
    told = await billing.explanation(WANG, token=token, subject=subject)
    assert (told.month, told.before_month, told.difference_fen) == ("2026-10", "2026-09", 954)
    assert sum(reason.amount_fen for reason in told.reasons) == told.difference_fen
    assert {reason.code for reason in told.reasons} == {"more_days", "higher_use"}
    assert not [c for c in told.speech if c.isascii() and c.isalnum()]


async def test_a_month_without_a_bill_is_not_found(billing: Billing, subject: str) -> None:
    token = await prove(billing, subject)
    with pytest.raises(NotFound) as missing:
        await billing.bill(WANG, month="2026-12", token=token, subject=subject)
    assert missing.value.code == "bill_not_found"


@pytest.mark.parametrize(
    ("account_no", "code"),
    [("3100102345", "account_check_failed"), ("310010234", "account_length"), ("31001x2346", "account_digits")],
)
async def test_a_number_that_cannot_be_is_malformed(billing: Billing, subject: str, account_no: str, code: str) -> None:
    with pytest.raises(Malformed) as wrong:
        await billing.due(account_no)
    assert wrong.value.code == code
    with pytest.raises(Malformed):
        await billing.challenge(account_no=account_no, phone_last4=LAST4, subject=subject, key=ids.new_id("k"))


async def test_an_account_nobody_has(billing: Billing) -> None:
    with pytest.raises(NotFound) as missing:
        await billing.due("3199999990")
    assert missing.value.code == "account_not_found"


async def test_a_phone_gives_a_hint_of_the_area(billing: Billing) -> None:
    hint = await billing.area_hint("13812345678")
    assert hint is not None
    assert (hint.community, hint.transformer_area) == ("翠湖花园", "TA-DH-0101")
    assert await billing.area_hint("13899999999") is None
    assert await billing.area_hint("unknown") is None


async def test_three_wrong_tails_lock(billing: Billing, subject: str) -> None:
    for last4, error, code in (
        ("1111", NotAllowed, "identity_mismatch"),
        ("2222", NotAllowed, "identity_mismatch"),
        ("3333", TooMany, "identity_locked"),
        (LAST4, TooMany, "identity_locked"),
    ):
        with pytest.raises(error) as refused:
            await billing.challenge(account_no=WANG, phone_last4=last4, subject=subject, key=ids.new_id("k"))
        assert refused.value.code == code


async def test_three_wrong_codes_lock_and_a_code_is_good_once(billing: Billing, subject: str) -> None:
    sent = await billing.challenge(account_no=WANG, phone_last4=LAST4, subject=subject, key=ids.new_id("k"))
    with pytest.raises(NotAllowed) as wrong:
        await billing.verify(sent.challenge_id, "000000")
    assert wrong.value.code == "code_wrong"
    await billing.verify(sent.challenge_id, CODE)
    with pytest.raises(Conflict) as used:
        await billing.verify(sent.challenge_id, CODE)
    assert used.value.code == "challenge_used"
    again = await billing.challenge(account_no=WANG, phone_last4=LAST4, subject=subject, key=ids.new_id("k"))
    codes = []
    for guess in ("000001", "000002", "000003"):
        with pytest.raises((NotAllowed, TooMany)) as refused:
            await billing.verify(again.challenge_id, guess)
        codes.append(refused.value.code)
    assert codes == ["code_wrong", "code_wrong", "identity_locked"]


async def test_the_same_key_is_the_same_challenge(billing: Billing, subject: str) -> None:
    asked = {"account_no": WANG, "subject": subject, "key": ids.new_id("k")}
    first = await billing.challenge(phone_last4=LAST4, **asked)
    assert await billing.challenge(phone_last4=LAST4, **asked) == first
    with pytest.raises(Conflict) as reused:
        await billing.challenge(phone_last4="0000", **asked)
    assert reused.value.code == "idempotency_key_reused"


async def test_a_challenge_nobody_made(billing: Billing) -> None:
    with pytest.raises(NotFound) as missing:
        await billing.verify("ch_nothing", CODE)
    assert missing.value.code == "challenge_not_found"


async def test_a_service_that_is_off_is_unavailable() -> None:
    nobody = HttpBilling("http://127.0.0.1:9", support.TOKEN, timeout_s=1)
    with pytest.raises(Unavailable):
        await nobody.due(WANG)
    await nobody.aclose()


class TestWhoDoesNotKnowTheNumber:
    async def test_a_phone_finds_its_account(self, billing: Billing, subject: str) -> None:
        found = await billing.search(phone="138 1234 5678", subject=subject)
        assert [one.account_no for one in found] == [WANG]

    async def test_a_whole_address_finds_its_account(self, billing: Billing, subject: str) -> None:
        found = await billing.search(address="翠湖花园3号楼2单元402", subject=subject)
        assert [one.account_no for one in found] == [WANG]

    async def test_half_an_address_finds_nothing(self, billing: Billing, subject: str) -> None:
        assert not await billing.search(address="翠湖花园3号楼", subject=subject)

    async def test_a_strange_phone_finds_nothing(self, billing: Billing, subject: str) -> None:
        assert not await billing.search(phone="13900000000", subject=subject)


class TestBinding:
    async def test_only_who_proved_it_binds_an_account_and_is_believed_later(
        self, billing: Billing, subject: str
    ) -> None:
        visitor = ids.new_id("v")
        with pytest.raises(NotAllowed):
            await billing.bind(WANG, visitor_id=visitor, token="", subject=subject, key=ids.new_id("k"))
        token = await prove(billing, subject)
        assert await billing.bind(WANG, visitor_id=visitor, token=token, subject=subject, key=ids.new_id("k")) >= 1
        assert [one.account_no for one in await billing.bound(visitor)] == [WANG]
        later = await billing.prove_bound(WANG, visitor_id=visitor, subject="another talk")
        assert (await billing.account(WANG, token=later.token, subject="another talk")).level == "L2"

    async def test_an_account_let_go_proves_nothing_more(self, billing: Billing, subject: str) -> None:
        visitor, token = ids.new_id("v"), await prove(billing, subject)
        await billing.bind(WANG, visitor_id=visitor, token=token, subject=subject, key=ids.new_id("k"))
        await billing.unbind(WANG, visitor_id=visitor, key=ids.new_id("k"))
        with pytest.raises(NotFound):
            await billing.prove_bound(WANG, visitor_id=visitor, subject=subject)


async def test_what_is_due_is_written_to_whoever_pays(billing: Billing, subject: str) -> None:
    due = await billing.send_due(WANG, phone="13900002222", subject=subject, key=ids.new_id("k"))
    assert due.total_fen == 9858


class TestPaying:
    async def test_a_link_is_for_all_that_is_due_and_the_same_key_is_the_same_link(
        self, billing: Billing, subject: str
    ) -> None:
        due = await billing.due(WANG, subject=subject)
        key = ids.new_id("k")
        made = await billing.pay_link(WANG, subject=subject, key=key)
        assert (made.amount_fen, made.account_last4, made.status) == (due.total_fen, WANG[-4:], "open")
        assert made.url is not None
        assert (await billing.pay_link(WANG, subject=subject, key=key)).url == made.url
        newest = await billing.latest_link(WANG)
        assert newest is not None
        assert (newest.link_id, newest.status, newest.url) == (made.link_id, "open", None)

    async def test_a_part_may_be_paid_and_a_phone_must_be_one(self, billing: Billing, subject: str) -> None:
        part = await billing.pay_link(WANG, subject=subject, key=ids.new_id("k"), amount_fen=1000, phone="13800001111")
        assert part.amount_fen == 1000
        with pytest.raises(Malformed) as wrong:
            await billing.pay_link(WANG, subject=subject, key=ids.new_id("k"), phone="12345")
        assert wrong.value.code == "phone_malformed"


class TestWithAProof:
    async def test_a_month_day_by_day_is_for_whoever_proved_it(self, billing: Billing, subject: str) -> None:
        token = await prove(billing, subject)
        told = await billing.daily_use(WANG, month="2026-10", token=token, subject=subject)
        assert told.month == "2026-10"
        with pytest.raises(NotAllowed):
            await billing.daily_use(WANG, token="forged", subject=subject)

    async def test_an_alert_is_set(self, billing: Billing, subject: str) -> None:
        token = await prove(billing, subject)
        asked = {"kind": "daily_kwh", "limit": 10, "subject": subject}
        await billing.set_alert(WANG, token=token, key=ids.new_id("k"), **asked)
        with pytest.raises(NotAllowed):
            await billing.set_alert(WANG, token="forged", key=ids.new_id("k"), **asked)

    async def test_an_invoice_needs_payment_the_right_name_and_a_tax_number(
        self, billing: Billing, subject: str
    ) -> None:
        token = await prove(billing, subject)

        async def ask(**fields: Any) -> Any:
            return await billing.issue_invoice(WANG, token=token, subject=subject, **{"key": ids.new_id("k"), **fields})

        async def refused(kind: type[Exception], **fields: Any) -> str:
            with pytest.raises(kind) as err:
                await ask(**fields)
            return str(err.value.code)  # type: ignore[attr-defined]

        assert await refused(Conflict, month="2026-10") == "not_paid_yet"
        assert await refused(Conflict, month="2026-09", title="江城蓝天设计有限公司") == "consent_missing"
        assert await refused(Malformed, month="2026-09", tax_no="91350100M000100Y44") == "tax_no_wrong"
        key = ids.new_id("k")
        made = await ask(month="2026-09", key=key)
        assert (made.title, made.amount_fen, made.status) == ("王小明", 8904, "issued")
        assert (await ask(month="2026-09", key=key)).invoice_no == made.invoice_no
        assert await refused(Conflict, month="2026-09") == "already_invoiced"
