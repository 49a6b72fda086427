"""A bill is said to be wrong: taken, no fee meanwhile, settled with a reason, a fast meter paid back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from backends.billing.disputes import meter_error
from kernel import clock

OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}
DESK = {"X-Client": "desk", "X-Actor": "K2001"}


@pytest.fixture
def late(somebody):
    return somebody("a.category = 'residential' AND a.balance_fen IS NULL AND first_due < '2026-11-01'")


def owed(api, account):
    return api.get(f"/accounts/{account}/due").json()["total_fen"]


def test_no_late_fee_is_asked_for_while_it_is_open_nor_after_it_was_our_fault(api, post, proved, late, link_to):
    bills = api.get(f"/accounts/{late}/bills", headers=proved(late)).json()["items"]
    bill = next(one for one in bills if one["late_fee_fen"])
    before = owed(api, late)
    opened = post(f"/accounts/{late}/disputes", {"facts": "那个月没住人", "month": bill["month"]}, **DESK)
    assert opened.status_code == 201, opened.text
    assert opened.json()["answer_by"] == "2026-12-01T18:00:00+08:00"
    assert owed(api, late) == before - bill["late_fee_fen"]
    again = post(f"/accounts/{late}/disputes", {"facts": "x", "month": bill["month"]}, **DESK)
    assert again.json()["code"] == "already_disputed"

    number = opened.json()["dispute_no"]
    told = {"outcome": "upheld", "cause": "misread", "reply": "抄错一位，已更正", "actor": "H3001"}
    assert post(f"/disputes/{number}/settlement", told, **OFFICE).status_code == 201
    assert owed(api, late) == before - bill["late_fee_fen"]
    assert post(f"/disputes/{number}/settlement", told, **OFFICE).json()["code"] == "already_settled"
    kept = api.get(f"/accounts/{late}/disputes", headers=proved(late)).json()["items"][0]
    assert (kept["outcome"], kept["reply"]) == ("upheld", "抄错一位，已更正")


def test_a_rejected_one_owes_its_fee_again(api, post, proved, late):
    bills = api.get(f"/accounts/{late}/bills", headers=proved(late)).json()["items"]
    month = next(one for one in bills if one["late_fee_fen"])["month"]
    before = owed(api, late)
    number = post(f"/accounts/{late}/disputes", {"facts": "太多了", "month": month}, **DESK).json()["dispute_no"]
    told = {"outcome": "rejected", "reply": "核实无误", "actor": "H3001"}
    assert post(f"/disputes/{number}/settlement", told, **OFFICE).status_code == 201
    assert owed(api, late) == before


def test_a_meter_five_percent_fast_is_paid_back_for_half_the_time_since_its_test(api, post, proved, somebody):
    account = somebody("a.plan = 'ladder' AND a.balance_fen IS NULL AND open_bills = 0 AND NOT a.low_income")
    number = post(f"/accounts/{account}/disputes", {"facts": "表快"}, **DESK).json()["dispute_no"]
    last_test = clock.today() - timedelta(days=400)
    told = {
        "outcome": "upheld", "cause": "meter_error", "reply": "检定快 5%", "actor": "H3001", "error_percent": "5.00",
        "last_test": last_test.isoformat(),
    }  # fmt: skip
    settled = post(f"/disputes/{number}/settlement", told, **OFFICE)
    assert settled.status_code == 201, settled.text
    rows = settled.json()["corrections"]
    assert rows
    assert all(row["amount_fen"] < 0 for row in rows)
    whole = api.get(f"/accounts/{account}", headers=proved(account)).json()
    assert whole["credit_balance_fen"] == -sum(row["amount_fen"] for row in rows)
    first = min(row["bill_no"] for row in rows)
    assert first[2:8] >= f"{meter_error.half_since(last_test, clock.today()):%Y%m}"


def test_half_of_the_time_is_the_later_half():
    assert meter_error.half_since(date(2026, 1, 1), date(2026, 11, 1)) == date(2026, 6, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "upheld", "reply": "x", "actor": "H1"},
        {"outcome": "rejected", "cause": "misread", "reply": "x", "actor": "H1"},
        {"outcome": "upheld", "cause": "meter_error", "reply": "x", "actor": "H1"},
    ],
)
def test_a_settlement_that_does_not_say_why_is_refused(post, late, wrong):
    number = post(f"/accounts/{late}/disputes", {"facts": "x"}, **DESK).json()["dispute_no"]
    assert post(f"/disputes/{number}/settlement", wrong, **OFFICE).status_code == 422


def test_error_of_nought_changes_nothing():
    assert meter_error.right_bills([], Decimal(0), date(2026, 1, 1)) == []
