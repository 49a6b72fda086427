"""Offers to crews, as dispatchers and crews see them."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from kernel import clock, ids

STAFF = {"X-View": "staff"}
_houses = itertools.count(1)  # two reports of one house would be one order


@pytest.fixture
def put(http):
    def send(path: str, body: dict[str, Any]):
        return http.put(path, json=body, headers={"Idempotency-Key": ids.new_id("k"), **STAFF})

    return send


@pytest.fixture
def district(put, post, http):
    """Two crews of a district of this test's own, one before the other; nobody else serves it."""
    from backends.sample.places import PLACES

    place = next(p for p in PLACES if p.district == "青石乡")
    numbers = []
    for badge in ("Z1", "Z2"):
        number = ids.new_id("QX").replace("_", "-")[:30]
        members = [ids.new_id(badge).replace("_", "").replace("-", "")[:20]]
        crew = {"name": f"青石{badge}班", "districts": ["青石乡"], "skills": ["low_voltage", "emergency"],
                "duty": [{"from": "00:00", "to": "00:00"}], "members": members}  # fmt: skip
        assert put(f"/v1/crews/{number}", crew).status_code == 200
        numbers.append(number)
    others = [c for c in http.get("/v1/crews", headers=STAFF).json()["items"] if c["crew_no"] not in numbers]
    for crew in others:
        if "青石乡" in crew["districts"]:
            put(f"/v1/crews/{crew['crew_no']}", {**_fields(crew), "is_active": False})
    yield place.name, numbers
    for crew in others:
        put(f"/v1/crews/{crew['crew_no']}", _fields(crew))
    for number in numbers:
        crew = next(c for c in http.get("/v1/crews", headers=STAFF).json()["items"] if c["crew_no"] == number)
        put(f"/v1/crews/{number}", {**_fields(crew), "is_active": False})


def _fields(crew: dict[str, Any]) -> dict[str, Any]:
    return {name: crew[name] for name in ("name", "districts", "skills", "duty", "members", "phone", "is_active")}


@pytest.fixture
def report(file_fault, district):
    """A report from that district; gives its number."""
    place, _ = district

    def file(**fields: Any) -> str:
        body = {"address": f"{place}{next(_houses)}号", "community": place, **fields}
        answer = file_fault(**body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["order_no"])

    return file


@pytest.fixture
def offers(http):
    return lambda number: http.get(f"/v1/work-orders/{number}/offers", headers=STAFF).json()["items"]


@pytest.fixture
def badge_of(http):
    def first(crew_no: str) -> str:
        crews = http.get("/v1/crews", headers=STAFF).json()["items"]
        return str(next(crew["members"][0] for crew in crews if crew["crew_no"] == crew_no))

    return first


@pytest.mark.row("S27")
@pytest.mark.row("S30")
def test_a_report_is_offered_at_once_and_both_crews_share_the_work(report, offers, district):
    _, crews = district
    asked = [offers(report())[0]["crew_no"] for _ in range(2)]
    assert sorted(asked) == sorted(crews)


def test_what_a_crew_declines_goes_to_the_next_with_the_reason_kept(report, offers, move, staff):
    number = report()
    (first,) = offers(number)
    assert first["answer_by"] > first["offered_at"]
    move(number, "decline", reason="车在修")
    one, other = offers(number)
    assert (one["outcome"], one["reason"]) == ("declined", "车在修")
    assert (other["outcome"], other["crew_no"] != one["crew_no"]) == (None, True)
    assert staff(number)["status"] == "dispatched"


def test_who_stays_silent_is_passed_over(report, offers, move):
    number = report()
    with clock.hold(clock.now() + timedelta(minutes=20)):
        move(number, "no_answer", "system")
    one, other = offers(number)
    assert one["outcome"] == "silent"
    assert other["crew_no"] != one["crew_no"]


@pytest.mark.row("S52")
def test_the_whole_way_leaves_its_times(report, offers, move, staff, phone):
    number = report()
    for event in ("accept", "depart", "arrive", "secure"):
        move(number, event)
    move(number, "restore", data={"cause": "低压熔断器熔断", "repair_note": "更换熔断器"})
    details = staff(number)["details"]
    for name in ("dispatched_at", "accepted_at", "on_site_at", "restored_at"):
        assert details[name], name
    assert offers(number)[0]["outcome"] == "accepted"
    move(number, "ask", "system")
    move(number, "said_yes", "customer", phone_last4=phone[-4:])
    assert offers(number)[0]["outcome"] == "done"


def test_an_offer_ends_when_the_customer_takes_the_report_back(report, offers, move, phone):
    number = report()
    move(number, "withdraw", "customer", phone_last4=phone[-4:])
    assert offers(number)[0]["outcome"] == "withdrawn"


@pytest.mark.row("S29")
def test_a_crew_sees_danger_first_then_who_depends_on_power(report, http, post, district):
    _, (first, second) = district
    away = {"starts_at": clock.now().isoformat(), "ends_at": (clock.now() + timedelta(hours=1)).isoformat()}
    post(f"/v1/crews/{second}/absences", {**away, "reason": "培训"}, **STAFF)
    plain, frail, danger = report(), report(is_life_support=True), report(hazard_kind="fire")
    items = http.get(f"/v1/crews/{first}/orders", headers=STAFF).json()["items"]
    assert [item["order_no"] for item in items] == [danger, frail, plain]
    assert items[1]["is_life_support"]
    assert items[0]["events"] == ["accept", "decline"]


def test_when_nobody_is_there_a_person_is_told_and_the_report_stands(report, offers, district, post, staff):
    away = {"starts_at": clock.now().isoformat(), "ends_at": (clock.now() + timedelta(hours=1)).isoformat()}
    for crew in district[1]:
        post(f"/v1/crews/{crew}/absences", {**away, "reason": "台风支援"}, **STAFF)
    number = report()
    assert offers(number) == []
    order = staff(number)
    assert order["status"] == "dispatched"
    assert "nobody_free" in [event["event"] for event in order["events"]]


def test_from_the_crews_page_only_the_crew_that_has_it_moves_an_order(report, offers, move, badge_of, district):
    number = report()
    ours = offers(number)[0]["crew_no"]
    theirs = next(crew for crew in district[1] if crew != ours)
    refused = move(number, "accept", ok=False, client="crew", actor=badge_of(theirs))
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
    assert move(number, "accept", client="crew", actor=badge_of(ours)).json()["status"] == "accepted"


def test_crews_are_for_staff(http):
    for path in ("/v1/crews", "/v1/crews/of/2031", "/v1/crews/QX-01/orders"):
        assert http.get(path).status_code == 403


def test_whose_badge_it_is(http):
    assert http.get("/v1/crews/of/2031", headers=STAFF).json()["name"] == "东湖抢修一班"
    assert http.get("/v1/crews/of/9999", headers=STAFF).status_code == 404
