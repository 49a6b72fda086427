"""Power for the area is not yet power for each household (domain/work-orders.md 6.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kernel import clock


def _at(**span):
    return clock.hold(clock.now() + timedelta(**span))


@pytest.fixture
def repair(move):
    """From declared to repairing, with a time given by the crew."""

    def run(number: str) -> None:
        move(number, "dispatch", "system")
        move(number, "arrive", reason="无定位")
        move(number, "diagnose", data={"reason_public": "熔断器熔断", "eta_restore_at": "2026-11-24T18:00:00+08:00"})

    return run


@pytest.fixture
def dark(report, repair):
    """A repaired area with this many members; gives the outage's number and its members."""

    def make(members: int, **fields):
        orders = [report(is_neighbour_out="yes", **fields) for _ in range(members)]
        number = orders[-1]["parent_order_no"]
        repair(number)
        return number, orders

    return make


@pytest.fixture
def say(post):
    """A customer's short answer to the question, by order number and the phone's last digits."""

    def answer(order, what, **fields):
        told = {"order_no": order["order_no"], "phone_last4": order["phone"][-4:], "answer": what, **fields}
        return post("/v1/restoration-answers", told)

    return answer


@pytest.mark.row("S142")
def test_everybody_is_asked_and_the_outage_is_closed_when_all_have_answered(dark, move, see, say):
    number, orders = dark(3)
    move(number, "restore")
    assert {see(o["order_no"])["status"] for o in orders} == {"awaiting_confirm"}

    for order in orders:
        assert say(order, "1").json()["outcome"] == "restored"

    outage = see(number)
    assert (outage["status"], outage["members_yes"], outage["close_reason"]) == ("closed", 3, "done")
    assert see(orders[0]["order_no"])["details"]["is_restored"] == "yes"


def test_no_becomes_a_report_of_its_own_with_the_same_crew_and_a_new_clock(dark, move, see, say):
    number, (first, *_) = dark(3)
    move(number, "restore")
    with _at(minutes=10):
        heard = say(first, "2").json()
        fresh = see(heard["new_order"]["order_no"])
        assert (heard["outcome"], fresh["priority"], fresh["status"]) == ("new_report", 3, "dispatched")
        assert fresh["related_order_nos"][:2] == [first["order_no"], number]
        assert datetime.fromisoformat(fresh["deadline_at"]) == clock.now() + timedelta(minutes=40)
        assert fresh["owner_team"] == see(number)["crew_team"]
    assert see(number)["members_no"] == 1
    assert see(number)["status"] == "restored"


def test_no_of_a_household_that_lives_by_a_machine_goes_first(dark, move, see, say):
    number, orders = dark(2, is_life_support=True)
    move(number, "restore")
    assert see(say(orders[0], "no").json()["new_order"]["order_no"])["priority"] == 2


def test_three_without_power_within_half_an_hour_send_the_outage_back(dark, move, see, say, http):
    number, orders = dark(6)
    move(number, "restore")
    for order in orders[:2]:
        say(order, "no")
    assert see(number)["status"] == "restored"

    with _at(minutes=29):
        say(orders[2], "no")

    outage = see(number)
    assert (outage["status"], outage["restored_at"], outage["eta_restore_at"]) == ("repairing", None, None)
    assert {see(o["order_no"])["status"] for o in orders[3:]} == {"merged"}
    late = say(orders[3], "no").json()
    assert (late["outcome"], late["new_order"]) == ("repairing_again", None)

    with _at(hours=1):
        move(number, "restore")
        for order in orders[3:]:
            assert say(order, "yes").json()["outcome"] == "restored"
    assert see(number)["status"] == "closed"


def test_three_noes_spread_over_more_time_are_three_reports(dark, move, see, say):
    number, orders = dark(3)
    move(number, "restore")
    for minutes, order in zip((0, 20, 45), orders, strict=True):
        with _at(minutes=minutes):
            assert say(order, "no").json()["outcome"] == "new_report"
    assert see(number)["status"] == "closed"


def test_day_of_silence_closes_unconfirmed_and_a_late_no_reopens(dark, move, see, say, work):
    number, orders = dark(2)
    move(number, "restore")
    say(orders[0], "yes")

    work(hours=23, minutes=59)
    assert see(orders[1]["order_no"])["status"] == "awaiting_confirm"
    work(hours=24)

    silent = see(orders[1]["order_no"])
    assert (silent["status"], silent["details"]["is_restored"]) == ("closed", "unconfirmed")
    assert (see(number)["status"], see(number)["members_silent"]) == ("closed", 1)
    with _at(days=3):
        assert say(orders[1], "no").json()["outcome"] == "reopened"


def test_who_does_not_answer_is_asked_by_text_then_by_call_then_by_a_person(dark, move, see, work, staff):
    number, (quiet, _) = dark(2)
    move(number, "restore")
    asked = lambda: [e["data"]["by"] for e in see(quiet["order_no"])["events"] if e["event"] == "ask_again"]  # noqa: E731

    work(minutes=29)
    assert asked() == []
    work(minutes=30)
    assert asked() == ["sms"]
    work(minutes=61)
    assert asked() == ["sms", "call"]
    work(minutes=92)
    assert asked() == ["sms", "call", "person"]
    assert quiet["order_no"] in [row["order_no"] for row in staff(f"/v1/outages/{number}/to-call")]


def test_automatic_calls_wait_for_the_morning(dark, move, see, work):
    with clock.hold(datetime(2026, 11, 24, 21, 30, tzinfo=clock.TZ)):
        number, (quiet, _) = dark(2)
        move(number, "restore")
        asked = lambda: [e["data"]["by"] for e in see(quiet["order_no"])["events"] if e["event"] == "ask_again"]  # noqa: E731
        work(minutes=120)
        assert asked() == ["sms"]
        work(hours=10, minutes=31)
        assert asked() == ["sms", "call"]


def test_critical_members_are_called_by_a_person_at_once(dark, move, post, staff, http, see):
    number, (vital, other) = dark(2, is_life_support=True)
    move(number, "restore")
    listed = staff(f"/v1/outages/{number}/to-call")
    assert [row["contact_phone"] for row in listed] == [vital["phone"], other["phone"]]
    assert http.get(f"/v1/outages/{number}/to-call").status_code == 403

    path = f"/v1/outages/{number}/to-call"
    call = {"X-View": "staff"}
    no_answer = post(f"{path}/{vital['order_no']}", {"result": "no_answer", "actor": "V8001"}, **call)
    yes = post(f"{path}/{other['order_no']}", {"result": "yes", "actor": "V8001"}, **call)

    assert (no_answer.json()["outcome"], yes.json()["outcome"]) == ("no_answer", "restored")
    assert staff(f"/v1/outages/{number}/to-call") == []
    assert see(other["order_no"])["details"]["is_restored"] == "yes"


def test_text_message_is_matched_by_the_phone_it_comes_from(dark, move, post):
    number, (first, _) = dark(2)
    move(number, "restore")
    said = post("/v1/restoration-answers", {"phone": first["phone"], "answer": "2"}).json()
    assert (said["outcome"], said["order"]["order_no"]) == ("new_report", first["order_no"])
    assert post("/v1/restoration-answers", {"phone": "13999999999", "answer": "1"}).status_code == 404


def test_stranger_cannot_answer_for_a_household(dark, move, say):
    number, (first, _) = dark(2)
    move(number, "restore")
    assert say(first, "1", phone_last4="0000").status_code == 403
    assert say({**first, "order_no": "nonsense"}, "1").status_code == 422


def test_outage_nobody_belongs_to_is_closed_after_a_day(post, area, repair, move, see, work):
    number = post("/v1/outages", {"community": f"{area}村", "transformer_areas": [area]}).json()["outage_no"]
    repair(number)
    move(number, "restore")
    assert see(number)["status"] == "restored"
    work(hours=24)
    assert see(number)["status"] == "closed"
