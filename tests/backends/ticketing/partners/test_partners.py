"""Another platform reports for its people: a key of its own, what it may, so many a day, danger always."""

from __future__ import annotations

import pytest

from kernel import ids

BOSS = {"X-View": "staff", "X-Role": "supervisor", "X-Actor": "M1001"}


@pytest.fixture
def invite(http):
    def put(partner_id, **fields):
        body = {"name": "江城生活", "service_codes": ["no_power", "line_down"], "daily_limit": 2, **fields}
        return http.put(f"/v1/partners/{partner_id}", json=body, headers={**BOSS, "Idempotency-Key": ids.new_id("k")})

    return put


@pytest.fixture
def report(post, phone):
    def send(api_key, house, **fields):
        body = {"service_code": "no_power", "address_string": f"望江苑{house}号楼{phone[-3:]}", "phone": phone}
        return post("/v1/open311/requests", {**body, "api_key": api_key, **fields})

    return send


@pytest.mark.row("S86")
def test_what_a_partner_brings_is_counted_as_its_own(invite, report, staff, http):
    key = invite("jiangcheng_life").json()["api_key"]
    number = report(key, 31).json()["service_request_id"]
    assert staff(number)["partner"] == "jiangcheng_life"
    by = http.get("/v1/figures", params={"by": "partner"}, headers=BOSS).json()["rows"]
    assert {row["key"]: row["count"] for row in by}["jiangcheng_life"] == 1
    (listed,) = [
        p for p in http.get("/v1/partners", headers=BOSS).json()["items"] if p["partner_id"] == "jiangcheng_life"
    ]
    assert (listed["reported_today"], "api_key" in listed) == (1, False)


@pytest.mark.row("S86")
def test_its_scope_and_its_limit_hold_but_danger_passes(invite, report):
    key = invite("small_app").json()["api_key"]
    assert report(key, 32, service_code="flood").json()["code"] == "partner_not_allowed"
    assert report("dp_unknown_key", 32).status_code == 403
    assert [report(key, house).status_code for house in (33, 34, 35)] == [201, 201, 429]
    assert report(key, 36, service_code="line_down").status_code == 201


@pytest.mark.row("S86")
def test_the_key_is_shown_once_and_ends_with_the_partner(invite, report, http):
    key = invite("gone_app").json()["api_key"]
    assert invite("gone_app").json()["code"] == "partner_exists"
    ended = http.delete("/v1/partners/gone_app", headers={**BOSS, "Idempotency-Key": ids.new_id("k")})
    assert ended.json()["is_active"] is False
    assert report(key, 37).status_code == 403


def test_only_a_supervisor_invites_and_only_for_services_there_are(invite, http):
    assert invite("odd_app", service_codes=["pothole"]).status_code == 422
    agent = {**BOSS, "X-Role": "agent", "Idempotency-Key": ids.new_id("k")}
    body = {"name": "x", "service_codes": ["no_power"]}
    assert http.put("/v1/partners/agents_app", json=body, headers=agent).status_code == 403
