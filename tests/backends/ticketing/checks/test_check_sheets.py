"""A hall is looked at, what is not in order is put right, and the sheet stays as it was signed."""

from __future__ import annotations

import pytest

STAFF = {"X-View": "staff"}


@pytest.mark.row("S40")
def test_a_hall_is_scored_and_each_finding_followed_until_somebody_saw_it_mended(sheet, http, post):
    written = sheet("hall", "滨河营业厅", fails=("ramp", "queue"), by=("J7001",))
    assert written.status_code == 201, written.text
    body = written.json()
    assert body["score"] == 83
    assert [(f["item"], f["aspect"], f["mended_at"]) for f in body["findings"]] == [
        ("ramp", "environment", None), ("queue", "waiting", None),
    ]  # fmt: skip
    path = f"/v1/check-sheets/{body['sheet_no']}/findings/ramp/mended"
    assert post(path, {"note": "坡道已清", "seen_by": "J7003"}, **STAFF).status_code == 201
    assert post(path, {"note": "坡道已清", "seen_by": "J7003"}, **STAFF).json()["code"] == "already_mended"
    kept = http.get("/v1/check-sheets", params={"subject": "滨河营业厅"}, headers=STAFF).json()["items"][0]
    assert kept["results"]["ramp"] == "fail"
    assert [f["item"] for f in kept["findings"] if f["mended_at"]] == ["ramp"]


def test_a_sheet_that_leaves_something_out_is_refused(sheet):
    missing = sheet("hall", "东湖营业厅", results=[{"item": "clean", "result": "pass"}])
    assert (missing.status_code, "every item once" in missing.text) == (422, True)


def test_what_is_wrong_is_said_with_a_day(sheet):
    bare = sheet("hall", "东湖营业厅", results=[{"item": "clean", "result": "fail"}])
    assert bare.status_code == 422


def test_customers_do_not_read_sheets(http):
    assert http.get("/v1/check-sheets", params={"subject": "东湖营业厅"}).status_code == 403


def test_an_unknown_checklist_is_said_to_be_unknown(post):
    body = {"checklist": "garden", "subject": "x", "checked_by": ["J1"], "results": [{"item": "a", "result": "pass"}]}
    assert post("/v1/check-sheets", body, **STAFF).json()["code"] == "checklist_not_found"
