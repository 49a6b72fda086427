"""Where on the ladder, what the other plan would have cost, which day it began: from the customer's own numbers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.billing.explanations import daily

ZHOU, WANG, CHEN = "3100103120", "3100102346", "3100204589"


@pytest.mark.row("S99")
class TestDayByDay:
    def test_the_heater_bought_on_the_twelfth_is_seen(self, api, proved):
        told = api.get(f"/accounts/{ZHOU}/usage", params={"month": "2026-10"}, headers=proved(ZHOU)).json()
        assert len(told["days"]) == 31
        assert sum(Decimal(day["kwh"]) for day in told["days"]) == 217
        assert told["step"]["from"] == "2026-10-12"
        assert (Decimal(told["step"]["before_kwh"]), Decimal(told["step"]["after_kwh"])) == (
            pytest.approx(Decimal("5.0"), abs=Decimal("0.2")), pytest.approx(Decimal("8.1"), abs=Decimal("0.2")),
        )  # fmt: skip

    def test_a_meter_that_tells_no_days_says_none(self, api, proved, debtor):
        assert api.get(f"/accounts/{debtor}/usage", headers=proved(debtor)).json()["days"] == []

    @given(st.integers(4, 20), st.integers(4, 20), st.integers(30, 90), st.integers(100, 300))
    def test_a_step_is_found_where_it_is(self, low_days, high_days, low, high):
        begins = date(2026, 10, 1)
        levels = [Decimal(low)] * low_days + [Decimal(high + low)] * high_days
        step = daily.step_in([(begins + timedelta(days=n), kwh) for n, kwh in enumerate(levels)])
        assert step is not None
        assert step.on == begins + timedelta(days=low_days)

    @given(st.lists(st.integers(95, 105), min_size=8, max_size=31))
    def test_no_step_is_made_up_out_of_noise(self, levels):
        assert (
            daily.step_in([(date(2026, 10, 1) + timedelta(days=n), Decimal(k)) for n, k in enumerate(levels)]) is None
        )


class TestLadder:
    def test_what_is_left_and_whether_this_year_crosses(self, api, proved):
        told = api.get(f"/accounts/{WANG}/ladder", headers=proved(WANG)).json()
        assert (told["tier"], told["year_kwh"], told["left_kwh"], told["crosses_on"]) == (1, 1960, 440, None)
        assert told["year_end_kwh"] == 1960 + 366
        assert told["text"] == "离第二档还有 440 度，照这样用今年不会进。"

    def test_the_day_the_next_tier_begins_is_named(self, api, proved, somebody):
        account = somebody(
            """a.plan = 'ladder' AND NOT a.large_household AND EXISTS (SELECT 1 FROM billing.bills b
            WHERE b.account_no = a.account_no AND b.month = '2026-10' AND b.ytd_kwh_after BETWEEN 2200 AND 2390
              AND b.energy_kwh > 150)"""
        )
        told = api.get(f"/accounts/{account}/ladder", headers=proved(account)).json()
        day = date.fromisoformat(told["crosses_on"])
        bill = api.get(f"/accounts/{account}/bills/2026-10", headers=proved(account)).json()
        used_by_then = (day - date(2026, 11, 1)).days * Decimal(bill["energy_kwh"]) / 31
        assert used_by_then <= told["left_kwh"] < used_by_then + Decimal(bill["energy_kwh"]) / 31
        assert "每度多 0.05" in told["text"]

    def test_a_shop_has_none(self, api, proved):
        assert api.get("/accounts/3100003056/ladder", headers=proved("3100003056")).json()["has_ladder"] is False


@pytest.mark.row("S22")
class TestOtherPlan:
    def test_whoever_chose_the_valley_hears_what_it_saved_on_their_own_year(self, api, proved):
        told = api.get(f"/accounts/{CHEN}/other-plan", headers=proved(CHEN)).json()
        (case,) = told["cases"]
        assert (told["measured"], told["months"], told["other_plan"]) == (True, 12, "ladder")
        bills = api.get(f"/accounts/{CHEN}/bills", params={"limit": 12}, headers=proved(CHEN)).json()["items"]
        assert case["now_fen"] == sum(bill["bill_amount_fen"] for bill in bills)
        assert case["saves_fen"] == case["now_fen"] - case["other_fen"] < 0

    def test_whoever_has_not_hears_from_which_share_of_night_use_it_pays(self, api, proved):
        told = api.get(f"/accounts/{WANG}/other-plan", headers=proved(WANG)).json()
        assert told["measured"] is False
        saves = [case["saves_fen"] for case in told["cases"]]
        assert saves == sorted(saves)
        at = told["pays_from_percent"]
        just, below = (
            api.get(f"/accounts/{WANG}/other-plan", params={"valley_percent": share}, headers=proved(WANG)).json()
            for share in (at, at - 1)
        )
        assert just["cases"][0]["saves_fen"] > 0 >= below["cases"][0]["saves_fen"]

    def test_a_shop_has_no_choice(self, api, proved):
        answer = api.get("/accounts/3100003056/other-plan", headers=proved("3100003056"))
        assert (answer.status_code, answer.json()["code"]) == (409, "no_other_plan")


class TestPicture:
    def test_it_says_in_words_all_it_shows(self, api, proved):
        answer = api.get(f"/accounts/{ZHOU}/bills/2026-10/picture.svg", headers=proved(ZHOU))
        assert answer.headers["content-type"].startswith("image/svg+xml")
        root = ET.fromstring(answer.text)  # noqa: S314  (our own)
        space = {"s": "http://www.w3.org/2000/svg"}
        title, said = (root.find(f"s:{name}", space).text for name in ("title", "desc"))
        assert title == "户号尾号 3120，10 月电费 115.01 元"
        assert "比 9 月多 25.97 元" in said
        assert said.count("年") >= 13
        assert len(root.findall("s:rect", space)) == 13 + 3
        assert root.find("s:script", space) is None
        assert ZHOU not in answer.text

    def test_nobody_sees_it_without_a_proof(self, api):
        for path in ("bills/latest/picture.svg", "ladder", "usage", "other-plan"):
            assert api.get(f"/accounts/{ZHOU}/{path}").json()["code"] == "identity_required"
