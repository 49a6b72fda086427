"""Collected of what was due, arrears by age, disputes by cause."""

from __future__ import annotations

OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}


def test_what_was_collected_is_counted_by_category(api, link_to):
    told = api.get("/figures", params={"month": "2026-09"}, headers=OFFICE).json()
    rows = {row["category"]: row for row in told["by_category"]}
    assert len(rows) == 7
    due, paid = link_to("SELECT sum(payable_fen), sum(paid_fen) FROM billing.bills WHERE month = '2026-09'")
    assert sum(row["payable_fen"] for row in rows.values()) == due
    assert sum(row["paid_fen"] for row in rows.values()) == paid
    assert all(0 <= row["collected_percent"] <= 100 for row in rows.values())
    assert [row["age"] for row in told["arrears_by_age"]] == [
        "未到期",
        "1～30 天",
        "31～60 天",
        "61～90 天",
        "90 天以上",
    ]


def test_it_comes_as_a_sheet_and_only_for_whoever_may(api):
    sheet = api.get("/figures.csv", headers=OFFICE).content.decode("utf-8-sig")
    assert sheet.startswith("category,bills,")
    assert api.get("/figures").json()["code"] == "scope_missing"
