"""Tell me when it is much: a day above what I said, a day far above my own weeks, a balance that runs low."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

DESK = {"X-Client": "desk", "X-Actor": "K2001"}
ZHOU = "3100103120"


@pytest.fixture
def rule(api, proved):
    def put(account, kind, limit):
        headers = {**proved(account), "Idempotency-Key": f"k-{account}-{kind}-{limit}"}
        return api.put(f"/accounts/{account}/alerts/{kind}", json={"limit": limit}, headers=headers)

    return put


@pytest.fixture
def told(link_to):
    return lambda account: link_to(
        """SELECT count(*), max(text) FROM billing.sms_outbox s JOIN billing.accounts a ON a.contact_phone = s.phone
        WHERE a.account_no = %s AND s.purpose = 'alert'""",
        account,
    )


def day(post, account, on_day, kwh):
    return post("/usage/daily", {"items": [{"account_no": account, "on_day": on_day, "kwh": kwh}]}, **DESK).json()


@pytest.mark.row("S99")
def test_a_day_above_ten_is_told_once(post, rule, told, api, proved):
    assert rule(ZHOU, "daily_kwh", 10).json() == {"kind": "daily_kwh", "limit": 10}
    before = told(ZHOU)[0]
    assert day(post, ZHOU, "2026-11-20", "9.9")["told"] == 0
    assert day(post, ZHOU, "2026-11-21", "11.2")["told"] == 1
    assert day(post, ZHOU, "2026-11-21", "11.3")["told"] == 0
    assert told(ZHOU)[0] == before + 1
    assert "超过您定的10度" in told(ZHOU)[1]
    assert api.get(f"/accounts/{ZHOU}/alerts", headers=proved(ZHOU)).json()["items"] == [
        {"kind": "daily_kwh", "limit": 10}
    ]
    api.delete(f"/accounts/{ZHOU}/alerts/daily_kwh", headers={**proved(ZHOU), "Idempotency-Key": "off"})
    assert day(post, ZHOU, "2026-11-22", "11.5")["told"] == 0


@pytest.mark.row("S99")
def test_a_day_of_twice_the_usual_is_told_unasked(post, somebody, told):
    account = somebody("a.category = 'residential' AND a.contact_phone IS NOT NULL")
    for back in range(20, 0, -1):
        assert day(post, account, (date(2026, 11, 24) - timedelta(days=back)).isoformat(), "6")["told"] == 0
    assert day(post, account, "2026-11-24", "14")["told"] == 1
    assert "比平常多一倍以上" in told(account)[1]


def test_an_unknown_account_is_named_and_the_others_kept(post, somebody):
    account = somebody("a.category = 'residential'")
    items = [{"account_no": no, "on_day": "2026-11-23", "kwh": "3"} for no in (account, "3109999999")]
    assert post("/usage/daily", {"items": items}, **DESK).json() == {"kept": 1, "told": 0, "unknown": ["3109999999"]}


def test_nobody_sets_an_alert_for_somebody_else(api):
    headers = {"Idempotency-Key": "k"}
    assert api.put(f"/accounts/{ZHOU}/alerts/daily_kwh", json={"limit": 1}, headers=headers).status_code == 403
