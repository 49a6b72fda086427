"""A factory's transformer: on file, checked by two, connected, found leaking, mended."""

from __future__ import annotations

import pytest

STAFF = {"X-View": "staff", "X-Actor": "J7001"}
FACTORY = "3204001261"


@pytest.fixture
def transformer(post):
    body = {"account_no": FACTORY, "kind": "transformer", "name": "1号主变", "rating_kva": 800,
            "installed_on": "2026-10-01", "tested_until": "2027-10-01"}  # fmt: skip
    answer = post("/v1/equipment", body, **STAFF)
    assert answer.status_code == 201, answer.text
    return answer.json()["equipment_no"]


@pytest.fixture
def act(post):
    return lambda number, event, **more: post(
        f"/v1/equipment/{number}/events", {"event": event, "actor": "J7001", **more}, **STAFF
    )


@pytest.mark.row("S48")
def test_nothing_is_connected_that_was_not_found_in_order(transformer, act, sheet, post, http):
    assert act(transformer, "connect").json()["code"] == "not_fit_to_connect"
    alone = sheet("customer_equipment", transformer, by=("J7001", "J7001"))
    assert (alone.status_code, "2 people" in alone.text) == (422, True)

    found = sheet("customer_equipment", transformer, fails=("interlock",)).json()
    assert act(transformer, "connect").status_code == 409
    post(
        f"/v1/check-sheets/{found['sheet_no']}/findings/interlock/mended",
        {"note": "已加闭锁", "seen_by": "J7002"},
        **STAFF,
    )
    assert act(transformer, "connect").json()["status"] == "connected"

    sheet("customer_equipment", transformer, fails=("insulation",))
    kept = http.get(f"/v1/equipment/{transformer}", headers=STAFF).json()
    assert kept["status"] == "must_mend"
    assert [e["event"] for e in kept["events"]] == ["register", "checked", "connect", "checked"]


@pytest.mark.row("S48")
def test_a_test_that_runs_out_is_on_the_plan(transformer, act, sheet, http):
    sheet("customer_equipment", transformer)
    act(transformer, "connect")
    listed = http.get("/v1/equipment/due", params={"until": "2027-10-31"}, headers=STAFF).json()["items"]
    assert transformer in [one["equipment_no"] for one in listed]
    assert act(transformer, "tested").status_code == 422
    act(transformer, "tested", tested_until="2029-10-01")
    listed = http.get("/v1/equipment/due", params={"until": "2027-10-31"}, headers=STAFF).json()["items"]
    assert transformer not in [one["equipment_no"] for one in listed]


def test_what_was_removed_stays_removed(transformer, act, http):
    assert act(transformer, "remove").json()["status"] == "removed"
    assert act(transformer, "tested", tested_until="2029-10-01").status_code == 409
    ours = http.get("/v1/equipment", params={"account_no": FACTORY}, headers=STAFF).json()["items"]
    assert transformer in [one["equipment_no"] for one in ours]


def test_a_sheet_about_nothing_we_know_is_refused(sheet):
    assert sheet("customer_equipment", "SB_nowhere").json()["code"] == "equipment_not_found"
