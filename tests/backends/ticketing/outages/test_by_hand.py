"""What people decide: join, split, merge, change areas, and judge what the rule put before them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel import clock

DISPATCHER = {"role": "dispatcher", "actor": "D4001", "reason": "同一线路跳闸"}
AGENT = {"role": "agent", "actor": "K2005", "reason": "误并"}


@pytest.fixture
def outage(post, area):
    """An outage declared by hand in an area of this test's own."""

    def declare(code: str = area, **fields) -> str:
        answer = post("/v1/outages", {"community": f"{area}村", "transformer_areas": [code], **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()["outage_no"]

    return declare


def test_dispatcher_declares_and_adds_a_single_report(report, outage, post, see, staff, area):
    order = report()
    number = outage(f"{area}-B")

    added = post(f"/v1/outages/{number}/members", {"order_no": order["order_no"], **DISPATCHER})

    assert (added.status_code, added.json()["members"]) == (201, 1)
    assert see(order["order_no"])["parent_order_no"] == number
    assert [m["contact_phone"] for m in staff(f"/v1/outages/{number}/members")] == [order["phone"]]


def test_dispatcher_who_declares_takes_the_reports_that_stand_there(report, outage, see, move):
    first, hazard = report(), report(hazard_kind="fire", symptom="sparks")
    there = report()
    for event in ("accept", "depart", "arrive"):
        move(there["order_no"], event, reason="无定位")

    number = outage()

    assert see(first["order_no"])["parent_order_no"] == number
    assert see(hazard["order_no"])["status"] == "dispatched"
    assert see(there["order_no"])["status"] == "on_site"
    assert (see(number)["members"], see(number)["on_site_by"]) == (1, first["details"]["on_site_by"])


def test_hazard_is_not_added_even_by_hand(report, outage, post, area):
    hazard = report(hazard_kind="fire", symptom="sparks")
    number = outage(f"{area}-B")
    answer = post(f"/v1/outages/{number}/members", {"order_no": hazard["order_no"], **DISPATCHER})
    assert (answer.status_code, answer.json()["code"]) == (409, "guard_failed")


def test_member_merged_by_mistake_stands_alone_with_its_earlier_promise(report, outage, post, see):
    number = outage()
    order = report(is_life_support=True)
    assert see(number)["priority"] == 2
    with clock.hold(clock.now() + timedelta(minutes=15)):
        split = post(f"/v1/outages/{number}/split", {"order_nos": [order["order_no"]], **AGENT})

    alone = see(order["order_no"])
    assert (split.status_code, split.json()["members"], see(number)["priority"]) == (200, 0, 3)
    assert (alone["status"], alone["parent_order_no"], alone["details"]["split_from"]) == ("dispatched", None, number)
    assert alone["deadline_at"] == order["deadline_at"]
    stranger = post(f"/v1/outages/{number}/split", {"order_nos": [order["order_no"]], **AGENT})
    assert stranger.json()["code"] == "guard_failed"


def test_wrong_role_does_neither(report, outage, post):
    number = outage()
    member = {"order_no": report()["order_no"]}
    wrong = {"role": "customer", "actor": "x", "reason": "x"}
    assert post(f"/v1/outages/{number}/split", {"order_nos": [member["order_no"]], **wrong}).status_code == 403
    assert post(f"/v1/outages/{number}/areas", {"add": ["TA-X"], **wrong}).status_code == 403


def test_two_outages_of_one_line_become_the_older_one(report, outage, post, see, area, staff):
    younger_area = {"transformer_area": f"{area}-B"}
    older = outage(affected_count=40)
    first = report()
    with clock.hold(clock.now() + timedelta(minutes=5)):
        younger = outage(f"{area}-B", affected_count=60)
        second = report(**younger_area)

        kept = post(f"/v1/outages/{younger}/merge", {"other_outage_no": older, **DISPATCHER})

    assert (kept.status_code, kept.json()["outage_no"], kept.json()["households"]) == (200, older, 100)
    assert kept.json()["transformer_areas"] == [area, f"{area}-B"]
    gone = see(younger)
    assert (gone["status"], gone["close_reason"], gone["merged_into"]) == ("closed", "merged", older)
    members = {m["order_no"] for m in staff(f"/v1/outages/{older}/members")}
    assert members == {first["order_no"], second["order_no"]}
    assert report(**younger_area)["parent_order_no"] == older
    assert post(f"/v1/outages/{older}/merge", {"other_outage_no": older, **DISPATCHER}).status_code == 409


def test_area_taken_out_frees_its_members_and_area_put_in_takes_the_reports_there(report, outage, post, see, area):
    number = outage()
    member, other = report(), report(transformer_area=f"{area}-B")
    change = {"add": [f"{area}-B"], "remove": [area], **DISPATCHER}

    changed = post(f"/v1/outages/{number}/areas", change).json()

    assert changed["transformer_areas"] == [f"{area}-B"]
    assert (see(member["order_no"])["status"], see(other["order_no"])["status"]) == ("dispatched", "merged")
    nothing = post(f"/v1/outages/{number}/areas", {"remove": [f"{area}-B"], **DISPATCHER})
    assert nothing.status_code == 422


def test_events_with_a_door_of_their_own_are_not_taken_at_the_common_one(outage, move):
    answer = move(outage(), "merge_into", "dispatcher", ok=False, reason="x")
    assert answer.json()["code"] == "event_not_allowed"


def test_suspicion_dismissed_leaves_single_reports(report, outage, move, see):
    number = outage(is_suspected=True)
    order = report()
    assert order["status"] == "merged"
    assert move(number, "dismiss", "dispatcher").json()["status"] == "cancelled"
    assert see(order["order_no"])["status"] == "dispatched"


def test_report_beside_an_outage_is_proposed_with_its_reason(report, outage, post, see, staff, area):
    number = outage()
    beside = report(transformer_area=f"{area}-B")
    assert beside["status"] == "dispatched"

    (proposal,) = staff("/v1/outage-proposals", outage_no=number)
    assert (proposal["kind"], proposal["subject_no"]) == ("join_report", beside["order_no"])
    assert area in proposal["reason"]
    path = f"/v1/outage-proposals/{proposal['proposal_id']}/decision"
    decided = post(path, {"decision": "accept", **DISPATCHER}).json()

    assert (decided["status"], decided["decided_by"]) == ("accepted", "D4001")
    assert see(beside["order_no"])["parent_order_no"] == number
    assert post(path, {"decision": "reject", **DISPATCHER}).json()["code"] == "proposal_decided"


def test_rejected_proposal_changes_nothing_and_is_not_made_again(report, outage, post, see, staff, area):
    number = outage()
    beside = report(transformer_area=f"{area}-B")
    (proposal,) = staff("/v1/outage-proposals", outage_no=number)
    post(f"/v1/outage-proposals/{proposal['proposal_id']}/decision", {"decision": "reject", **DISPATCHER})
    assert see(beside["order_no"])["status"] == "dispatched"
    assert staff("/v1/outage-proposals", outage_no=number) == []
    (kept,) = staff("/v1/outage-proposals", outage_no=number, status="rejected")
    assert kept["decided_reason"] == DISPATCHER["reason"]


def test_second_outage_of_a_community_is_proposed_to_be_the_same(report, outage, staff, area):
    older = outage()
    for _ in range(2):
        younger = report(transformer_area=f"{area}-B", is_neighbour_out="yes")["parent_order_no"]
    subjects = {p["subject_no"]: p for p in staff("/v1/outage-proposals", outage_no=older)}
    assert subjects[younger]["kind"] == "merge_outages"
    assert older in subjects[younger]["reason"]


def test_outages_of_one_line_are_proposed_to_be_one_and_become_it(post, staff, see, move):
    older = post("/v1/outages", {"community": "柳树村"}).json()["outage_no"]
    for house, phone in ((3, "13800990001"), (5, "13800990002")):
        body = {"order_type": "fault_report", "address": f"塘湾村{house}组", "contact_phone": phone}
        younger = post("/v1/work-orders", {**body, "is_neighbour_out": "yes"}).json()["parent_order_no"]

    (proposal,) = staff("/v1/outage-proposals", outage_no=younger)
    assert (proposal["outage_no"], proposal["kind"]) == (older, "merge_outages")
    assert "同一线路 南溪线" in proposal["reason"]
    post(f"/v1/outage-proposals/{proposal['proposal_id']}/decision", {"decision": "accept", **DISPATCHER})

    assert (see(younger)["status"], see(older)["members"]) == ("closed", 2)
    for event, role in (("dispatch", "system"), ("arrive", "crew")):
        move(older, event, role, reason="无定位")
    move(older, "diagnose", data={"reason_public": "线路跳闸"})
    assert move(older, "restore").json()["status"] == "restored"


def test_proposals_and_members_are_for_staff(outage, http):
    assert http.get("/v1/outage-proposals").status_code == 403
    assert http.get(f"/v1/outages/{outage()}/members").status_code == 403


def test_member_list_goes_on_where_the_last_page_ended(report, outage, http):
    number = outage()
    orders = {report()["order_no"] for _ in range(5)}
    seen, cursor = set(), None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = http.get(f"/v1/outages/{number}/members", params=params, headers={"X-View": "staff"}).json()
        seen |= {m["order_no"] for m in page["items"]}
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == orders
