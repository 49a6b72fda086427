"""The figures of the dialogues, over the wire."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

Proved = Callable[..., dict[str, str]]
WANG = "3100102346"


@pytest.mark.parametrize("month", ["2026-10", "latest"])
def test_d01_october_of_wang_xiaoming(api: httpx.Client, proved: Proved, month: str) -> None:
    bill = api.get(f"/accounts/{WANG}/bills/{month}", headers=proved()).json()
    assert (bill["energy_kwh"], bill["bill_amount"], bill["due_fen"]) == (186, "98.58", 9858)
    assert (bill["due_date"], bill["status"], bill["tier"]) == ("2026-11-25", "issued", 1)
    assert (bill["year_kwh"], bill["next_tier_from_kwh"]) == (1960, 2400)
    assert bill["bill_no"] == "ZD202610310010234601"
    assert bill["lines"][0]["formula"] == "186 kWh × 0.5300 = 98.58"


def test_d03_october_against_september(api: httpx.Client, proved: Proved) -> None:
    told = api.get("/accounts/3100103120/bills/2026-10/explanation", headers=proved("3100103120")).json()
    assert told["difference"] == "25.97"
    assert [(r["code"], r["amount_fen"]) for r in told["reasons"]] == [("higher_use", 2279), ("more_days", 318)]
    assert told["text"].startswith("10 月 115.01 元，比 9 月多 25.97 元：①日均 5.6→7.0 度")
    assert "一百一十五元零一分" in told["speech"]
    assert not [c for c in told["speech"] if c.isascii() and c.isalnum()]


def test_d19_peak_and_valley_are_paid(api: httpx.Client, proved: Proved) -> None:
    bill = api.get("/accounts/3100204589/bills/2026-10", headers=proved("3100204589")).json()
    energy = [(x["register"], x["qty"], x["amount"]) for x in bill["lines"] if x["code"] == "energy"]
    assert energy == [("peak", "120", "67.20"), ("valley", "130", "39.00")]
    assert (bill["bill_amount"], bill["status"], bill["due_fen"]) == ("106.20", "paid", 0)


def test_d26_a_roof_gets_money_back(api: httpx.Client, proved: Proved) -> None:
    bill = api.get("/accounts/3100205172/bills/2026-10", headers=proved("3100205172")).json()
    got = (bill["bill_amount"], bill["export_kwh"], bill["export_income"], bill["net_credit"])
    assert got == ("79.50", 420, "157.46", "77.96")
    assert bill["due_fen"] == 0


def test_d27_the_shop(api: httpx.Client, proved: Proved) -> None:
    bill = api.get("/accounts/3100003056/bills/2026-10", headers=proved("3100003056")).json()
    assert (bill["bill_amount"], bill["status"]) == ("876.50", "paid")


def test_d28_a_prepaid_balance_below_zero_is_what_is_due(api: httpx.Client, proved: Proved) -> None:
    assert api.get("/accounts/3100208622/due").json()["total_fen"] == 2140
    assert api.get("/accounts/3100208622", headers=proved("3100208622")).json()["balance_fen"] == -2140


def test_d29_sixty_days_late(api: httpx.Client, proved: Proved) -> None:
    assert api.get("/accounts/3100211790/due").json()["total_fen"] == 22472
    bill = api.get("/accounts/3100211790/bills/2026-08", headers=proved("3100211790")).json()
    assert (bill["bill_amount"], bill["late_days"], bill["late_fee_fen"], bill["status"]) == (
        "212.00", 60, 1272, "overdue",
    )  # fmt: skip


def test_bills_come_newest_first_page_by_page(api: httpx.Client, proved: Proved) -> None:
    months, cursor = [], None
    while True:
        page = api.get(
            f"/accounts/{WANG}/bills", params={"limit": 10} | ({"cursor": cursor} if cursor else {}), headers=proved()
        ).json()
        months += [item["month"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(months) == 26
    assert months == sorted(months, reverse=True)
    assert (months[0], months[-1]) == ("2026-10", "2024-09")


def test_a_month_that_has_no_bill(api: httpx.Client, proved: Proved) -> None:
    answer = api.get(f"/accounts/{WANG}/bills/2026-11", headers=proved())
    assert (answer.status_code, answer.json()["code"]) == (404, "bill_not_found")
    oldest = api.get(f"/accounts/{WANG}/bills/2024-09/explanation", headers=proved())
    assert (oldest.status_code, oldest.json()["code"]) == (404, "nothing_to_compare")


def test_a_month_that_is_no_month_is_malformed(api: httpx.Client, proved: Proved) -> None:
    assert api.get(f"/accounts/{WANG}/bills/2026-13", headers=proved()).status_code == 422


def test_the_prices_of_a_day_are_public_inside(api: httpx.Client) -> None:
    assert api.get("/tariffs", params={"on": "2026-06-30"}).json()["version"] == "T2025A"
    assert api.get("/tariffs", params={"on": "2026-07-01"}).json()["version"] == "T2026B"


def test_the_interface_is_published(billing_url: str) -> None:
    paths = httpx.get(f"{billing_url}/openapi.json", trust_env=False, timeout=10).json()["paths"]
    assert "/v1/accounts/{account_no}/bills/{month}/explanation" in paths
    assert "/v1/identity/challenges/{challenge_id}/verify" in paths
