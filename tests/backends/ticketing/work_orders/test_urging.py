"""Urging has an effect, and whoever urges is told which."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest

from kernel import clock

work_until = importlib.import_module("tests.backends.ticketing.working").work_until
OURS = "ticketing.work_orders."  # the sample's outages stand still


@pytest.fixture
def urge(post, phone):
    def push(number, **fields):
        answer = post(f"/v1/work-orders/{number}/urges", {"phone_last4": phone[-4:], **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return push


@pytest.mark.row("S70")
def test_customer_hears_where_it_stands_whose_it_is_and_when_they_hear_again(file_fault, urge):
    order = file_fault().json()

    told = urge(order["order_no"], reason="asking")

    assert (told["status"], told["status_label"]) == ("dispatched", "已派单")
    assert told["owner_team"] == order["owner_team"]
    assert told["promised_at"] == order["deadline_at"]
    assert (told["is_overdue"], told["owes_apology"]) == (False, False)
    assert told["hears_again_by"] == told["reply_by"] == (clock.now() + timedelta(minutes=30)).isoformat()
    assert told["told"] == [order["owner_team"]]


def test_late_order_owes_an_apology_and_climbs_with_each_urge(file_fault, urge):
    number = file_fault().json()["order_no"]
    with clock.hold(clock.now() + timedelta(minutes=50)):
        first, second, third = (urge(number, reason="overdue") for _ in range(3))
    assert first["owes_apology"] is True
    assert (second["changed"], third["changed"]) == ({"escalation_level": [0, 2]}, {"escalation_level": [2, 3]})
    assert "分管领导" in third["told"]


def test_urge_is_an_order_of_its_own_that_the_team_answers(file_fault, urge, move, staff, http, served, phone):
    number = file_fault().json()["order_no"]
    urge_no = urge(number, reason="overdue")["urge_order_no"]

    record = staff(urge_no)
    assert (record["order_type"], record["status"], record["parent_order_no"]) == ("urge", "notified", number)
    assert [e["event"] for e in record["events"]] == ["register", "notify"]
    assert urge_no in staff(number)["related_order_nos"]

    assert move(urge_no, "team_reply", ok=False, data={"team_reply": "知道了"}).json()["code"] == "guard_failed"
    move(urge_no, "team_reply", data={"team_reply": "换件中，预计 21:00 前复电"})
    work_until(served.database_url, clock.now(), room=OURS)

    done = http.get(f"/v1/work-orders/{urge_no}", params={"phone_last4": phone[-4:]}).json()
    assert (done["status"], done["close_reason"]) == ("closed", "done")
    assert done["details"]["team_reply"] == "换件中，预计 21:00 前复电"
    mine = http.get("/v1/work-orders", params={"contact_phone": phone, "phone_last4": phone[-4:]}).json()["items"]
    assert [o["order_no"] for o in mine] == [number], "an urge hangs on its order"


@pytest.mark.row("S131")
def test_team_that_does_not_answer_in_time_is_one_level_up(file_fault, urge, move, staff, served):
    number = file_fault().json()["order_no"]
    told = urge(number, reason="overdue")
    later = clock.now() + timedelta(minutes=30)

    work_until(served.database_url, later, room=OURS)

    assert staff(told["urge_order_no"])["status"] == "escalated"
    target = staff(number)
    assert target["escalation_level"] >= 1
    assert "urge_overdue" in [e["event"] for e in target["events"]]
    with clock.hold(later):
        move(told["urge_order_no"], "team_reply", "crew_lead", data={"team_reply": "15 分钟内到"})


def test_answered_urge_is_not_escalated_by_its_old_job(file_fault, urge, move, staff, served):
    number = file_fault().json()["order_no"]
    urge_no = urge(number)["urge_order_no"]
    move(urge_no, "team_reply", data={"team_reply": "15 分钟内到"})

    work_until(served.database_url, clock.now() + timedelta(minutes=31), room=OURS)

    assert staff(urge_no)["status"] == "closed"
    assert "urge_overdue" not in [e["event"] for e in staff(number)["events"]]


def test_urge_ends_with_its_order(file_fault, urge, move, staff, phone):
    number = file_fault().json()["order_no"]
    urge_no = urge(number)["urge_order_no"]
    move(number, "withdraw", "customer", phone_last4=phone[-4:])
    assert [e["event"] for e in staff(urge_no)["events"]] == ["register", "notify", "target_closed"]


def test_urging_alone_never_changes_the_priority_new_facts_do(file_fault, urge, staff):
    number = file_fault().json()["order_no"]
    assert "priority" not in urge(number, reason="worse", worse_note="天黑了")["changed"]
    told = urge(number, reason="worse", worse_note="表箱冒火花", hazard_kind="meter_spark")
    assert told["changed"]["priority"] == [4, 1]
    assert staff(number)["details"]["hazard_kind"] == "meter_spark"


@pytest.fixture
def outage(post):
    """A running outage of this test's own."""

    def declare(community):
        body = {"outage_kind": "fault", "community": community, "reason_public": "线路故障", "actor": "D4001"}
        answer = post("/v1/outages", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["outage_no"]

    return declare


def member(post, outage_no, community, number):
    phone = f"1388800{number:04d}"
    body = {
        "order_type": "fault_report", "address": f"{community}{number}号楼101", "community": community,
        "contact_phone": phone, "join_outage": outage_no,
    }  # fmt: skip
    order = post("/v1/work-orders", body).json()
    assert order["status"] == "merged", order
    return order["order_no"], phone


def test_five_households_of_an_area_ask_the_outage_for_a_fresh_hour(post, outage, served):
    outage_no = outage("催办新村")
    asked = []
    for number in range(1, 7):
        order_no, phone = member(post, outage_no, "催办新村", number)
        told = post(f"/v1/work-orders/{order_no}/urges", {"phone_last4": phone[-4:]}).json()
        asked.append(told["asked_for_fresh_eta"])
        assert told["reply_by"] == (clock.now() + timedelta(minutes=15)).isoformat(), "as fast as its outage"
    assert asked == [False, False, False, False, True, False]


def test_danger_told_by_a_member_leaves_the_outage_and_gets_its_own_crew(post, outage, staff):
    outage_no = outage("险情新村")
    order_no, phone = member(post, outage_no, "险情新村", 21)
    fields = {"reason": "worse", "worse_note": "电线掉下来了", "hazard_kind": "line_down", "phone_last4": phone[-4:]}

    told = post(f"/v1/work-orders/{order_no}/urges", fields).json()

    order = staff(order_no)
    assert (told["changed"]["priority"][1], order["status"], order["parent_order_no"]) == (1, "dispatched", None)
