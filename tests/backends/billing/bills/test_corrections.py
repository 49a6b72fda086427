"""A misread meter is put right by counter-entries: the bills stay, the balance or the next bill pays."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}


@pytest.fixture
def bill(api, proved) -> Callable[..., Any]:
    return lambda account, month: api.get(f"/accounts/{account}/bills/{month}", headers=proved(account)).json()


def corrected(post, account, month, reading, end):
    body = {"reason": "misread", "approved_by": "M1001", "readings": [{**reading, "end": end}]}
    return post(f"/accounts/{account}/bills/{month}/corrections", body, **OFFICE)


@pytest.fixture
def home(somebody) -> str:
    """A home in its first tier with a meter that was read."""
    return somebody(
        """a.plan = 'ladder' AND a.balance_fen IS NULL AND NOT a.low_income
        AND NOT EXISTS (SELECT 1 FROM billing.bills b WHERE b.account_no = a.account_no AND b.month >= '2026-09'
            AND (b.ytd_kwh_after > 2300 OR b.is_estimated
        OR jsonb_array_length(b.inputs->'readings') > 1)) AND open_bills = 0"""
    )


def test_a_september_read_ten_too_high_is_given_back_and_october_charged(post, bill, api, proved, home):
    september, october = bill(home, "2026-09"), bill(home, "2026-10")
    reading = {name: september["usage"][0][name] for name in ("meter_no", "register")}
    end = Decimal(str(september["usage"][0]["end"])) - 10
    answer = corrected(post, home, "2026-09", reading, str(end))
    assert answer.status_code == 201, answer.text
    rows = answer.json()["items"]
    assert [(r["bill_no"], r["amount_fen"]) for r in rows] == [
        (september["bill_no"], -530), (october["bill_no"], 530),
    ]  # fmt: skip
    assert bill(home, "2026-09")["bill_amount"] == september["bill_amount"]
    account = api.get(f"/accounts/{home}", headers=proved(home)).json()
    assert account["credit_balance_fen"] == 530
    kept = api.get(f"/accounts/{home}/corrections", headers=proved(home)).json()["items"]
    assert {row["adjustment_no"] for row in rows} <= {row["adjustment_no"] for row in kept}
    same = corrected(post, home, "2026-09", reading, str(end)).json()
    assert (same["items"], same["amount_fen"]) == ([], 0)


def test_a_register_the_meter_has_not_is_refused(post, home):
    answer = corrected(post, home, "2026-09", {"meter_no": "0", "register": "peak"}, "5")
    assert (answer.status_code, answer.json()["code"]) == (422, "register_not_found")


def test_only_the_billing_office_corrects(post, home):
    body = {
        "reason": "misread",
        "approved_by": "M1001",
        "readings": [{"meter_no": "1", "register": "total", "end": "5"}],
    }
    refused = post(f"/accounts/{home}/bills/2026-09/corrections", body, **{"X-Client": "desk"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_corrections_are_for_whoever_proved_it(api, home):
    assert api.get(f"/accounts/{home}/corrections").status_code == 403


def test_a_bill_cannot_be_rewritten_in_the_ledger(billing_database):
    plain = billing_database.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain) as link, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        link.execute("UPDATE billing.postings SET amount_fen = 0")
    with psycopg.connect(plain) as link, pytest.raises(psycopg.errors.RaiseException, match="balance"):
        link.execute(
            """INSERT INTO billing.postings (movement_id, book, amount_fen)
            SELECT max(movement_id), 'revenue', 1 FROM billing.movements"""
        )
