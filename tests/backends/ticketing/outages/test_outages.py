"""Outages as customers ask for them, and what their end means for everybody who reported."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from kernel import clock


def ask(http, **params):
    return http.get("/v1/outages", params=params).json()["items"]


@pytest.mark.row("S118")
def test_running_outage_says_cause_crew_households_and_when_power_is_back(http):
    (outage,) = ask(http, community="阳光新城")

    assert (outage["households"], outage["cause"], outage["is_running"]) == (312, "线路故障", True)
    assert (outage["crew_state"], outage["crew_state_label"]) == ("repairing", "正在抢修")
    assert outage["eta_restore_at"] == "2026-11-24T16:30:00+08:00"
    assert (outage["eta_updated_at"], outage["eta_age_min"]) == ("2026-11-24T14:20:00+08:00", 12)


def test_unknown_eta_is_left_open(http):
    (outage,) = ask(http, q="杨家湾停电了")
    assert (outage["eta_restore_at"], outage["eta_age_min"], outage["cause"]) == (None, None, "原因排查中")


def test_planned_outage_is_found_for_the_buildings_it_covers_only(http):
    (outage,) = ask(http, q="锦绣家园")
    assert (outage["scope"], outage["kind"], outage["is_running"]) == ("锦绣家园1–9栋", "planned", False)
    assert (outage["off_at"], outage["on_at"]) == ("2026-11-27T08:00:00+08:00", "2026-11-27T12:00:00+08:00")
    assert ask(http, q="锦绣家园8栋602")[0]["outage_no"] == outage["outage_no"]
    assert ask(http, q="锦绣家园12栋") == []


def test_planned_outage_whose_hour_has_come_is_running(http):
    (outage,) = ask(http, q="幸福里")
    assert (outage["status"], outage["is_running"], outage["eta_restore_at"]) == (
        "off",
        True,
        "2026-11-24T15:00:00+08:00",
    )


@pytest.mark.parametrize("q", ["翠湖花园3号楼2单元402", "阳光里5栋", "和平新村", "滨江一号7栋", "火星基地", "、。"])
def test_where_all_is_well_nothing_is_found(http, q):
    assert ask(http, q=q) == []


def test_asked_for_a_span_of_days(http):
    assert ask(http, q="文昌路", to="2026-11-26T00:00:00+08:00") == []
    assert len(ask(http, q="文昌路", **{"from": "2026-11-30T00:00:00+08:00", "to": "2026-12-01T00:00:00+08:00"})) == 1


def test_without_a_question_running_ones_come_first(http):
    states = [outage["is_running"] for outage in ask(http, limit=100)]
    assert states == sorted(states, reverse=True)
    assert {True, False} <= set(states)


def test_list_goes_on_where_the_last_page_ended(http):
    everything = {o["outage_no"] for o in ask(http, limit=100)}
    seen, cursor = set(), None
    while True:
        page = http.get("/v1/outages", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen |= {o["outage_no"] for o in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == everything


@pytest.mark.parametrize("params", [{"from": "gestern"}, {"kind": "war"}, {"limit": 0}, {"cursor": "%00"}])
def test_bad_question_is_named(http, params):
    answer = http.get("/v1/outages", params=params)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["at"].endswith(next(iter(params)))


@pytest.fixture
def outage(post) -> dict:
    """A running outage of this test's own, in a village without another."""
    answer = post("/v1/outages", {"community": "云岭村", "reason_public": "树压线", "affected_count": 88})
    assert answer.status_code == 201, answer.text
    return answer.json()


def _to_repairing(move, number):
    move(number, "dispatch", "system")
    move(number, "arrive")
    return move(number, "diagnose", data={"reason_public": "树压断导线", "eta_restore_at": "2026-11-24T17:00:00+08:00"})


def test_declared_outage_knows_its_area_and_promise(outage):
    assert (outage["area_kind"], outage["crew_team"], outage["transformer_areas"]) == (
        "remote",
        "青石供电所",
        ["TA-QS-0201"],
    )
    assert outage["on_site_by"] == (clock.now() + timedelta(minutes=120)).isoformat()


def test_planned_outage_needs_its_times_the_right_way_round(post):
    body = {"outage_kind": "planned", "community": "翠竹苑"}
    assert post("/v1/outages", body).json()["fields"][0]["at"] == "body.off_at"
    body |= {"off_at": "2026-11-28T12:00:00+08:00", "on_at": "2026-11-28T08:00:00+08:00"}
    assert post("/v1/outages", body).json()["fields"][0]["at"] == "body.on_at"


def test_impossible_event_wrong_role_and_missing_reason_are_refused(outage, move):
    number = outage["outage_no"]
    assert move(number, "restore", ok=False).json()["code"] == "event_not_allowed"
    assert move(number, "dispatch", "crew", ok=False).json()["code"] == "role_not_allowed"
    _to_repairing(move, number)
    late = {"eta_restore_at": "2026-11-24T18:00:00+08:00"}
    assert move(number, "update_eta", ok=False, data=late).json()["code"] == "guard_failed"
    told = move(number, "update_eta", reason="换件", data=late).json()
    assert (told["eta_restore_at"], told["eta_age_min"]) == ("2026-11-24T18:00:00+08:00", 0)


def test_reports_join_and_everybody_is_asked_when_power_is_back(outage, move, served, file_fault, http, phone):
    number = outage["outage_no"]
    joined = file_fault(address="云岭村3组", join_outage=number, is_neighbour_out="yes").json()
    assert (joined["status"], joined["parent_order_no"]) == ("merged", number)
    _to_repairing(move, number)
    read = {"params": {"phone_last4": phone[-4:]}}
    member = http.get(f"/v1/work-orders/{joined['order_no']}", **read).json()
    assert member["details"]["eta_restore_at"] == "2026-11-24T17:00:00+08:00"

    assert move(number, "restore").json()["is_running"] is False

    assert http.get(f"/v1/work-orders/{joined['order_no']}", **read).json()["status"] == "awaiting_confirm"
    with psycopg.connect(served.database_url.replace("+psycopg", "", 1)) as link:
        rows = link.execute(
            """SELECT n.template, d.next_at
                 FROM ticketing.notice_deliveries d JOIN ticketing.notices n USING (notice_id)
                WHERE d.phone = %s AND n.kind = 'restoration'""",
            (phone,),
        ).fetchall()
    assert rows == [("fault_report.parent_restored", clock.now())]
    assert move(number, "all_members_final", "system", ok=False).json()["code"] == "guard_failed"


def test_member_without_power_gets_a_report_of_its_own(outage, move, post, file_fault, http, phone):
    number = outage["outage_no"]
    joined = file_fault(address="云岭村4组", join_outage=number, is_neighbour_out="yes").json()["order_no"]
    _to_repairing(move, number)
    move(number, "restore")
    with clock.hold(clock.now() + timedelta(minutes=20)):
        no = {"event": "said_no", "role": "customer", "actor": "phone", "phone_last4": phone[-4:]}
        member = post(f"/v1/work-orders/{joined}/events", no).json()

        fresh = http.get(f"/v1/work-orders/{member['related_order_nos'][-1]}", headers={"X-View": "staff"}).json()
        assert (member["status"], member["details"]["is_restored"]) == ("closed", "no")
        assert (fresh["priority"], fresh["status"], fresh["details"]["split_from"]) == (3, "dispatched", number)
        assert fresh["deadline_at"] == (clock.now() + timedelta(minutes=120)).isoformat()
        assert fresh["contact_phone"] == phone
    assert http.get(f"/v1/outages/{number}").json()["status"] == "closed"


def test_joining_an_outage_that_is_over_files_a_report_on_its_own(report, area, post, move):
    over = post("/v1/outages", {"community": f"{area}村", "transformer_areas": [area]}).json()["outage_no"]
    _to_repairing(move, over)
    move(over, "restore")
    order = report(join_outage=over)
    assert (order["status"], order["parent_order_no"]) == ("dispatched", None)


def test_joining_an_outage_nobody_knows_is_refused(file_fault):
    answer = file_fault(join_outage="TD202601010001")
    assert (answer.status_code, answer.json()["code"]) == (404, "outage_not_found")


def test_subscribing_twice_is_once(outage, post, phone):
    path = f"/v1/outages/{outage['outage_no']}/subscriptions"
    first, again = post(path, {"phone": phone}), post(path, {"phone": phone})
    assert (first.status_code, first.json()["is_new"], first.json()["phone"]) == (
        201,
        True,
        f"{phone[:3]}****{phone[-4:]}",
    )
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert post(path, {"phone": "12"}).status_code == 422
    assert post("/v1/outages/TD202601010001/subscriptions", {"phone": phone}).status_code == 404
