"""Somebody pays by a link: once, whatever the provider says how often, and never to the wrong place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kernel import clock, ids

OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}


@pytest.mark.row("S98")
class TestLink:
    def test_its_holder_sees_the_sum_and_four_digits(self, debtor, pay_link, owes, api):
        link = pay_link(debtor)
        seen = api.get(f"/pay-links/{link['token']}").json()
        assert (seen["amount_fen"], seen["account_last4"], seen["status"]) == (owes(debtor), debtor[-4:], "open")
        assert debtor not in str(seen)
        assert "sandbox" in seen["providers"]

    def test_paying_by_it_settles_the_bill_and_the_link(self, debtor, pay_link, owes, api, post):
        link = pay_link(debtor)
        paid = api.post(f"/pay-links/{link['token']}/sandbox-payment")
        assert (paid.status_code, paid.json()["amount_fen"]) == (201, link["amount_fen"])
        assert owes(debtor) == 0
        assert api.get(f"/accounts/{debtor}/pay-links/latest").json()["status"] == "paid"
        assert api.post(f"/pay-links/{link['token']}/sandbox-payment").json()["code"] == "pay_link_over"
        nothing = post(f"/accounts/{debtor}/pay-links", {"subject": "c"})
        assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_due")

    def test_it_ends_after_a_day(self, debtor, pay_link, api, link_to, billing_database):
        link = pay_link(debtor)
        assert link["expires_at"][:16] == (clock.now() + timedelta(days=1)).isoformat()[:16]

    def test_a_newer_one_takes_its_place(self, debtor, pay_link, api):
        old, new = pay_link(debtor), pay_link(debtor)
        assert api.get(f"/pay-links/{old['token']}").json()["status"] == "cancelled"
        assert api.get(f"/pay-links/{new['token']}").json()["status"] == "open"

    def test_a_made_up_one_is_unknown(self, api):
        assert api.get(f"/pay-links/{'a' * 24}").status_code == 404

    def test_it_goes_to_the_phone_that_was_told_and_asks_for_no_card(self, debtor, pay_link, link_to):
        link = pay_link(debtor, phone="13800001111")
        assert link["masked_phone"] == "138****1111"
        (text,) = link_to(
            "SELECT text FROM billing.sms_outbox WHERE phone = '13800001111' ORDER BY queued_at DESC LIMIT 1"
        )
        assert link["url"] in text
        assert "不会问您的银行卡号" in text


class TestNotification:
    def test_twenty_times_at_once_is_one_payment(self, debtor, pay_link, notify, owes, link_to):
        link, ref = pay_link(debtor), ids.new_id("t")
        with ThreadPoolExecutor(8) as many:
            answers = list(many.map(lambda _: notify(link, ref=ref).status_code, range(20)))
        assert answers == [200] * 20
        assert link_to("SELECT count(*), sum(amount_fen) FROM billing.payments WHERE provider_ref = %s", ref) == (
            1, link["amount_fen"],
        )  # fmt: skip
        assert owes(debtor) == 0
        rows = link_to(
            """SELECT sum((outcome = 'posted')::int), sum((outcome = 'repeated')::int)
            FROM billing.pay_notifications WHERE provider_ref = %s""",
            ref,
        )
        assert rows == (1, 19)

    @pytest.mark.parametrize(
        ("bent", "headers", "problem"),
        [
            ({"amount_fen": 1}, {}, "wrong_amount"),
            ({}, {"x-sandbox-signature": "0" * 64}, "bad_signature"),
            ({}, {"x-sandbox-timestamp": "1"}, "bad_signature"),
            ({"order_ref": "lj_nowhere"}, {}, "pay_link_not_found"),
        ],
    )
    def test_what_does_not_fit_is_refused_and_said_so(
        self, debtor, pay_link, notify, owes, link_to, bent, headers, problem
    ):
        link, ref, before = pay_link(debtor), ids.new_id("t"), owes(debtor)
        answer = notify(link, ref=ref, headers=headers, **bent)
        assert (answer.status_code, answer.text) == (400, problem)
        assert owes(debtor) == before
        assert link_to("SELECT count(*) FROM billing.payments WHERE provider_ref = %s", ref) == (0,)
        (kept,) = link_to(
            "SELECT problem FROM billing.pay_notifications WHERE outcome = 'refused' ORDER BY id DESC LIMIT 1"
        )
        assert kept == problem

    def test_the_same_number_with_another_sum_is_refused(self, debtor, pay_link, notify, link_to):
        link, ref = pay_link(debtor), ids.new_id("t")
        notify(link, ref=ref)
        again = pay_link(debtor, amount_fen=777)
        assert notify(again, ref=ref).text == "wrong_amount"

    def test_a_notification_of_no_payment_posts_nothing(self, debtor, pay_link, notify, owes):
        link, before = pay_link(debtor), owes(debtor)
        assert notify(link, ref=ids.new_id("t"), is_paid=False).status_code == 200
        assert owes(debtor) == before

    def test_rubbish_is_no_notification(self, api):
        assert api.post("/payments/notifications/sandbox", content=b"{").status_code == 400
        assert api.post("/payments/notifications/nobody", content=b"{}").status_code == 404


class TestWhereItGoes:
    def test_paid_twice_by_two_ways_is_a_balance_and_says_so(self, debtor, pay_link, notify, owes, api, proved):
        link = pay_link(debtor)
        notify(link, ref=ids.new_id("t"))
        notify(link, ref=ids.new_id("t"))
        headers = proved(debtor)
        assert api.get(f"/accounts/{debtor}", headers=headers).json()["credit_balance_fen"] == link["amount_fen"]
        notes = [one["note"] for one in api.get(f"/accounts/{debtor}/payments", headers=headers).json()["items"]]
        assert sorted(notes, key=str) == [None, "paid twice by one link"]

    def test_a_part_leaves_the_rest(self, debtor, pay_link, owes, api):
        before = owes(debtor)
        link = pay_link(debtor, amount_fen=1000)
        api.post(f"/pay-links/{link['token']}/sandbox-payment")
        assert owes(debtor) == before - 1000

    def test_the_principal_goes_before_the_late_fee(self, post, link_to, owes, somebody):
        account = somebody("a.category = 'residential' AND first_due < '2026-11-01' AND open_fen > 6000")
        unpaid = "SELECT sum(payable_fen) FROM billing.bills WHERE account_no = %s AND paid_fen < payable_fen"
        before, (principal,) = owes(account), link_to(unpaid, account)
        assert before > principal
        body = {"channel": "counter", "reference": ids.new_id("r"), "account_no": account, "amount_fen": 5000,
                "paid_at": clock.now().isoformat(), "taken_by": "H3001"}  # fmt: skip
        assert post("/payments", body, **OFFICE).status_code == 201
        row = "SELECT paid_fen FROM billing.bills WHERE account_no = %s AND paid_fen < payable_fen ORDER BY month"
        assert link_to(row, account) == (5000,)
        assert owes(account) == before - 5000
        post("/payments", {**body, "reference": ids.new_id("r"), "amount_fen": owes(account)}, **OFFICE)
        assert owes(account) == 0

    def test_prepaid_money_goes_to_the_balance(self, api, post, proved, somebody):
        account = somebody("a.balance_fen IS NOT NULL")
        before = api.get(f"/accounts/{account}", headers=proved(account)).json()["balance_fen"]
        link = post(f"/accounts/{account}/pay-links", {"subject": "c", "amount_fen": 10000}).json()
        api.post(f"/pay-links/{link['url'].rsplit('/', 1)[1]}/sandbox-payment")
        assert api.get(f"/accounts/{account}", headers=proved(account)).json()["balance_fen"] == before + 10000


@pytest.mark.row("S36")
@pytest.mark.row("S85")
class TestWays:
    @pytest.mark.parametrize(
        "channel", ["door_collection", "counter", "bank_agency", "savings", "prepurchase", "self_service", "app"]
    )
    def test_every_way_of_the_seed_posts(self, debtor, post, owes, channel):
        before = owes(debtor)
        body = {"channel": channel, "reference": ids.new_id("r"), "account_no": debtor, "amount_fen": 500,
                "paid_at": clock.now().isoformat(), "taken_by": "S4001"}  # fmt: skip
        first = post("/payments", body, **OFFICE)
        again = post("/payments", body, **OFFICE)  # another key, the same receipt
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["payment_no"] == again.json()["payment_no"]
        assert owes(debtor) == before - 500

    def test_a_bank_that_could_not_take_it_is_told_to_the_customer(self, debtor, post, link_to, owes):
        before = owes(debtor)
        item = {"reference": ids.new_id("b"), "account_no": debtor, "amount_fen": before, "is_taken": False}
        body = {"bank": "江城银行", "day": "2026-11-24", "items": [{**item, "problem": "余额不足"}]}
        assert post("/payments/collections", body, **OFFICE).json()["failed"] == [
            {"account_no": debtor, "problem": "余额不足"}
        ]
        assert owes(debtor) == before
        (text,) = link_to("SELECT text FROM billing.sms_outbox WHERE purpose = 'collection_failed' LIMIT 1")
        assert "宽限一天" in text

    def test_a_bank_that_took_it_pays_the_bill_once(self, debtor, post, owes):
        items = [{"reference": ids.new_id("b"), "account_no": debtor, "amount_fen": owes(debtor), "is_taken": True}]
        body = {"bank": "江城银行", "day": "2026-11-24", "items": items}
        assert len(post("/payments/collections", body, **OFFICE).json()["taken"]) == 1
        assert post("/payments/collections", body, **OFFICE).json()["repeated"] == 1
        assert owes(debtor) == 0

    def test_a_program_without_the_scope_takes_no_money(self, debtor, post):
        body = {"channel": "counter", "reference": "r1", "account_no": debtor, "amount_fen": 500,
                "paid_at": clock.now().isoformat(), "taken_by": "S4001"}  # fmt: skip
        refused = post("/payments", body, **{"X-Client": "actions"})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
