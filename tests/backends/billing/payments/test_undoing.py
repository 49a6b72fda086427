"""Money for the wrong account is moved, money too much is given back by two people, and the books always balance."""

from __future__ import annotations

import pytest

from kernel import clock, ids

OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}


@pytest.fixture
def pay(post):
    def give(account, amount):
        body = {"channel": "counter", "reference": ids.new_id("r"), "account_no": account, "amount_fen": amount,
                "paid_at": clock.now().isoformat(), "taken_by": "H3001"}  # fmt: skip
        return post("/payments", body, **OFFICE).json()["payment_no"]

    return give


def test_a_payment_for_the_neighbour_is_moved_to_the_neighbour(debtor, pay, post, owes, somebody):
    before = owes(debtor)
    number = pay(debtor, 3000)
    neighbour = somebody("a.pay_mode = 'postpaid' AND open_bills = 1 AND first_due > '2026-11-24' AND open_fen > 4000")
    theirs = owes(neighbour)
    moved = post(f"/payments/{number}/move", {"account_no": neighbour, "actor": "H3001"}, **OFFICE)
    assert (moved.status_code, moved.json()["account_no"]) == (201, neighbour)
    assert owes(debtor) == before
    assert owes(neighbour) == max(theirs - 3000, 0)
    back = post(f"/payments/{number}/move", {"account_no": debtor, "actor": "H3001"}, **OFFICE)
    assert back.status_code == 201
    assert (owes(debtor), owes(neighbour)) == (before - 3000, theirs)


class TestRefund:
    def test_two_people_give_back_what_was_too_much(self, debtor, pay, post, api, proved, owes):
        pay(debtor, owes(debtor) + 2500)
        asked = post(
            f"/accounts/{debtor}/refunds", {"amount_fen": 2500, "reason": "多缴", "asked_by": "H3001"}, **OFFICE
        )
        number = asked.json()["refund_no"]
        own = post(f"/refunds/{number}/approval", {"approved_by": "H3001"}, **OFFICE)
        assert (own.status_code, own.json()["code"]) == (403, "own_refund")
        sent = post(f"/refunds/{number}/approval", {"approved_by": "M1001"}, **OFFICE)
        assert (sent.status_code, sent.json()["status"]) == (201, "sent")
        assert api.get(f"/accounts/{debtor}", headers=proved(debtor)).json()["credit_balance_fen"] == 0
        assert (
            post(f"/refunds/{number}/approval", {"approved_by": "M1002"}, **OFFICE).json()["code"] == "already_undone"
        )

    def test_no_more_than_there_is_not_even_in_two_pieces(self, debtor, pay, post, owes):
        pay(debtor, owes(debtor) + 1000)
        ask = {"reason": "多缴", "asked_by": "H3001"}
        assert post(f"/accounts/{debtor}/refunds", {"amount_fen": 600, **ask}, **OFFICE).status_code == 201
        second = post(f"/accounts/{debtor}/refunds", {"amount_fen": 600, **ask}, **OFFICE)
        assert (second.status_code, second.json()["code"]) == (409, "not_enough_credit")


class TestDayFile:
    def test_what_the_provider_has_and_we_have_not_is_posted(self, debtor, pay_link, notify, post, owes, link_to):
        link, lost = pay_link(debtor, amount_fen=1200), ids.new_id("t")
        known = ids.new_id("t")
        first = pay_link(debtor, amount_fen=800)
        notify(first, ref=known)
        before = owes(debtor)
        now = clock.now().isoformat()
        text = (
            "provider_ref,order_ref,amount_fen,paid_at\n"
            f"{known},{first['link_id']},800,{now}\n{lost},{link['link_id']},1200,{now}\n"
        )
        body = {"day": "2026-11-24", "text": text}
        found = post("/payments/reconciliations/sandbox", body, **OFFICE).json()
        assert found["agreed"] == 1
        assert [row["provider_ref"] for row in found["posted_late"]] == [lost]
        assert owes(debtor) == before - 1200
        again = post("/payments/reconciliations/sandbox", body, **OFFICE).json()
        assert again == found
        assert owes(debtor) == before - 1200

    def test_a_difference_and_a_stranger_are_shown_not_hidden(self, debtor, pay_link, notify, post):
        link, ref = pay_link(debtor, amount_fen=900), ids.new_id("t")
        notify(link, ref=ref)
        now = clock.now().isoformat()
        stranger = ids.new_id("t")
        text = (
            f"provider_ref,order_ref,amount_fen,paid_at\n{ref},{link['link_id']},901,{now}\n{stranger},lj_x,50,{now}\n"
        )
        found = post("/payments/reconciliations/sandbox", {"day": "2026-11-24", "text": text}, **OFFICE).json()
        assert {"provider_ref": ref, "ours_fen": 900, "theirs_fen": 901} in found["differing"]
        assert [(r["provider_ref"], r["status"]) for r in found["posted_late"]] == [(stranger, "unclear")]
        moved = post(
            f"/payments/{found['posted_late'][0]['payment_no']}/move",
            {"account_no": debtor, "actor": "H3001"},
            **OFFICE,
        )
        assert (moved.status_code, moved.json()["status"]) == (201, "posted")

    def test_a_file_that_cannot_be_read_posts_nothing(self, post):
        body = {
            "day": "2026-11-24",
            "text": "provider_ref,order_ref,amount_fen,paid_at\nx,y,-5,2026-11-24T00:00:00+08:00\n",
        }
        assert post("/payments/reconciliations/sandbox", body, **OFFICE).status_code == 422


@pytest.mark.row("S31")
def test_the_books_balance_to_the_fen_and_each_account_agrees(link_to):
    assert link_to("SELECT coalesce(sum(amount_fen), 0) FROM billing.postings") == (0,)
    wrong = link_to(
        """SELECT count(*) FROM billing.accounts a
        LEFT JOIN (SELECT account_no, sum(payable_fen - paid_fen) AS open FROM billing.bills GROUP BY 1) b
            USING (account_no)
        LEFT JOIN (SELECT account_no, sum(amount_fen) FILTER (WHERE book = 'receivable') AS receivable,
            sum(amount_fen) FILTER (WHERE book = 'credit') AS credit,
            sum(amount_fen) FILTER (WHERE book = 'prepaid') AS prepaid
            FROM billing.postings GROUP BY 1) p USING (account_no)
        WHERE coalesce(b.open, 0) <> coalesce(p.receivable, 0) OR a.credit_balance_fen <> -coalesce(p.credit, 0)
           OR coalesce(a.balance_fen, 0) <> -coalesce(p.prepaid, 0)"""
    )
    assert wrong == (0,)
