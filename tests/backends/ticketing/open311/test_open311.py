"""Reports with a place from anybody, and what anybody may see of them."""

from __future__ import annotations

import pytest

from kernel import clock

PLAIN = {"service_code": "no_power", "address_string": "望江苑7号楼1单元101"}


def test_what_can_be_reported_is_listed_with_what_to_do(http):
    listed = {one["service_code"]: one for one in http.get("/v1/open311/services").json()}
    assert {"no_power", "line_down", "fire"} <= set(listed)
    assert "八米" in listed["line_down"]["description"]


def test_a_report_is_an_order_like_any_other(post, http, phone, staff):
    filed = post("/v1/open311/requests", {**PLAIN, "address_string": f"望江苑8号楼{phone[-3:]}", "phone": phone})
    assert filed.status_code == 201, filed.text
    order = staff(filed.json()["service_request_id"])
    assert (order["order_type"], order["contact_phone"], order["status"]) == ("fault_report", phone, "dispatched")
    shown = http.get(f"/v1/open311/requests/{order['order_no']}").json()
    assert (shown["status"], shown["service_code"], shown["address"]) == ("open", "no_power", "望江苑")
    assert phone not in str(shown)
    assert "8号楼" not in str(shown)


def test_danger_needs_no_phone_and_goes_first(post, staff):
    filed = post(
        "/v1/open311/requests", {"service_code": "line_down", "lat": 30.5, "long": 114.3, "description": "路口"}
    )
    order = staff(filed.json()["service_request_id"])
    assert (order["priority"], order["details"]["hazard_kind"]) == (1, "line_down")
    assert order["details"]["position"] == {"latitude": 30.5, "longitude": 114.3}


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_code": "pothole"},
        {"address_string": None},
        {"lat": 3},
        {"lat": 91, "long": 0},
        {"phone": "1"},
        {"x": 1},
    ],
)
def test_what_makes_no_report_is_refused(post, phone, wrong):
    body = {k: v for k, v in {**PLAIN, "phone": phone, **wrong}.items() if v is not None}
    assert post("/v1/open311/requests", body).status_code == 422


def test_the_list_is_of_a_span_and_by_state(http, post, phone):
    post("/v1/open311/requests", {**PLAIN, "address_string": f"望江苑9号楼{phone[-3:]}", "phone": phone})
    span = {"start_date": clock.now().replace(hour=0).isoformat(), "end_date": clock.now().replace(hour=23).isoformat()}
    listed = http.get("/v1/open311/requests", params={**span, "status": "open"}).json()
    assert listed
    assert {one["status"] for one in listed} == {"open"}
    assert http.get("/v1/open311/requests", params={**span, "end_date": "2027-12-01T00:00:00+08:00"}).status_code == 422
