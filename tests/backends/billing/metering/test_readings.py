"""Readings of customers and readers, and a meter that is changed."""

from __future__ import annotations

import pytest

DESK = {"X-Client": "desk", "X-Actor": "K2001"}


@pytest.fixture
def home(somebody, api, proved):
    """A home with one register, its meter and its last reading."""
    account = somebody(
        """a.plan = 'ladder' AND NOT EXISTS (SELECT 1 FROM billing.meters m JOIN billing.readings r USING (meter_no)
        WHERE m.account_no = a.account_no AND (r.read_on > '2026-11-01' OR m.removed_on IS NOT NULL
        OR r.read_on = '2026-11-01' AND r.value > 90000))"""
    )
    used = api.get(f"/accounts/{account}/bills/2026-10", headers=proved(account)).json()["usage"][-1]
    return account, used["meter_no"], int(used["end"])


def test_a_customer_reads_their_own_meter(home, post, proved):
    account, meter, last = home
    body = {"meter_no": meter, "read_on": "2026-11-20", "value": last + 90}
    answer = post(f"/accounts/{account}/readings", body, **proved(account))
    assert (answer.status_code, answer.json()["kind"]) == (201, "customer")
    again = post(f"/accounts/{account}/readings", {**body, "value": last + 91}, **proved(account))
    assert again.json()["code"] == "reading_exists"


@pytest.mark.parametrize(
    ("by", "more", "code"),
    [
        (-5, {}, "reading_goes_back"),
        (20_000, {}, "reading_unlikely"),
        (0, {"register": "peak"}, "register_not_found"),
        (1_000_000, {}, "too_many_digits"),
    ],
)
def test_what_cannot_be_is_asked_back(home, post, proved, by, more, code):
    account, meter, last = home
    body = {"meter_no": meter, "read_on": "2026-11-21", "value": last + by, **more}
    assert post(f"/accounts/{account}/readings", body, **proved(account)).json()["code"] == code


def test_a_strangers_meter_is_unknown(home, post, proved):
    account, _, last = home
    body = {"meter_no": "00571831", "read_on": "2026-11-21", "value": last}
    assert post(f"/accounts/{account}/readings", body, **proved(account)).json()["code"] == "meter_not_found"


def test_a_meter_is_changed_and_both_are_read(home, post, link_to):
    account, meter, last = home
    body = {"on_day": "2026-11-22", "ends": {"total": last + 60}, "new_meter_no": f"N{meter}", "starts": {"total": 3},
            "verified_until": "2034-11-22", "seal_no": "F-1"}  # fmt: skip
    changed = post(f"/meters/{meter}/replacement", body, **DESK)
    assert changed.status_code == 201, changed.text
    rows = link_to(
        """SELECT array_agg(r.value::int ORDER BY r.meter_no), count(*) FROM billing.readings r
        JOIN billing.meters m USING (meter_no) WHERE m.account_no = %s AND r.read_on = '2026-11-22'""",
        account,
    )
    assert rows == ([last + 60, 3], 2)
    assert (
        post(f"/meters/{meter}/replacement", {**body, "new_meter_no": "N1"}, **DESK).json()["code"] == "meter_removed"
    )


def test_a_program_that_may_not_read_meters_is_refused(home, post):
    _, meter, last = home
    body = {"read_on": "2026-11-23", "value": last}
    assert post(f"/meters/{meter}/readings", body, **{"X-Client": "gateway"}).json()["code"] == "scope_missing"
