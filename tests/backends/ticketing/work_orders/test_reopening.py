"""What is not over: reopened twice within a week, then filed anew; low scores go on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel import clock


@pytest.fixture
def again(post, phone):
    def say(number, **fields):
        answer = post(f"/v1/work-orders/{number}/reopenings", {"phone_last4": phone[-4:], **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return say


@pytest.fixture
def rate(post, phone):
    def score(number, score, **fields):
        return post(f"/v1/work-orders/{number}/ratings", {"score": score, "phone_last4": phone[-4:], **fields})

    return score


def test_third_time_is_a_new_order_with_a_word_to_the_supervisor(file_fault, repair, again, staff):
    number = file_fault().json()["order_no"]
    for _ in range(2):
        repair(number)
        assert again(number)["is_new"] is False
    repair(number)

    told = again(number, reason="又没电了")

    fresh = staff(told["order"]["order_no"])
    assert (told["is_new"], told["offer_complaint"], fresh["status"]) == (True, True, "dispatched")
    assert number in fresh["related_order_nos"]
    assert fresh["order_no"] in staff(number)["related_order_nos"]
    assert {"complaint_hint", "supervisor_note"} <= {e["event"] for e in fresh["events"]}
    assert fresh["escalation_level"] == 2
    assert (staff(number)["status"], staff(number)["reopened_count"]) == ("closed", 2)


def test_after_a_week_it_is_a_new_order_without_the_hint(file_fault, repair, again, staff):
    number = file_fault().json()["order_no"]
    repair(number)
    with clock.hold(clock.now() + timedelta(days=8)):
        told = again(number)
    assert (told["is_new"], told["offer_complaint"]) == (True, False)
    assert staff(number)["events"][-1]["event"] == "filed_again"


def test_complaint_told_again_after_a_week_keeps_what_was_told(post, move, again, staff, phone):
    body = {"order_type": "complaint", "what_happened": "停电没通知", "contact_phone": phone}
    number = post("/v1/work-orders", body).json()["order_no"]
    move(number, "withdraw", "customer", phone_last4=phone[-4:])
    refused = post(f"/v1/work-orders/{number}/reopenings", {"phone_last4": phone[-4:]})
    assert refused.json()["code"] == "event_not_allowed", "withdrawn is not closed"


def test_low_score_and_unsolved_goes_on_at_once(file_fault, repair, rate, staff):
    number = file_fault().json()["order_no"]
    repair(number)

    told = rate(number, 1, is_solved="no", words="还是没电").json()

    assert (told["next_action"], told["order"]["status"]) == ("reopened", "dispatched")
    assert staff(number)["satisfaction"] == 1


@pytest.mark.row("S105")
def test_low_score_but_solved_is_asked_about_not_reopened(file_fault, repair, rate, staff):
    number = file_fault().json()["order_no"]
    repair(number)

    told = rate(number, 2, is_solved="yes", unsatisfied_reason="slow").json()

    asking = staff(told["other_order_no"])
    assert (told["next_action"], told["order"]["status"]) == ("dissatisfied_follow_up", "closed")
    assert (asking["order_type"], asking["status"], asking["details"]["follow_kind"]) == (
        "follow_up", "planned", "dissatisfied",
    )  # fmt: skip
    assert asking["details"]["target_order_no"] == number
    assert rate(number, 2, is_solved="yes").json()["other_order_no"] == told["other_order_no"], "asked once"


def test_low_score_with_the_last_word_is_asked_about_too(file_fault, repair, http, phone):
    number = file_fault().json()["order_no"]
    repair(number, satisfaction=1)
    query = {"parent_order_no": number, "order_type": "follow_up"}
    found = http.get("/v1/work-orders", params=query, headers={"X-View": "staff"}).json()["items"]
    assert [o["details"]["follow_kind"] for o in found] == ["dissatisfied"]


def test_good_score_is_kept_and_an_open_order_is_not_rated(file_fault, repair, rate):
    number = file_fault().json()["order_no"]
    assert rate(number, 5).json()["code"] == "guard_failed"
    repair(number)
    told = rate(number, 5).json()
    assert (told["next_action"], told["order"]["satisfaction"]) == ("none", 5)


class TestAskingWhatWasWrong:
    @pytest.fixture
    def asking(self, file_fault, repair, rate):
        number = file_fault().json()["order_no"]
        repair(number)
        return rate(number, 1, is_solved="yes").json()["other_order_no"]

    def test_three_calls_in_vain_are_enough(self, asking, move, staff):
        for _ in range(2):
            move(asking, "attempt", "follow_up")
            assert move(asking, "no_answer_final", "system", ok=False).json()["code"] == "guard_failed"
            move(asking, "no_answer", "system")
        move(asking, "attempt", "follow_up")
        assert move(asking, "no_answer", "system", ok=False).json()["code"] == "guard_failed"
        move(asking, "no_answer_final", "system")
        assert (staff(asking)["status"], staff(asking)["close_reason"]) == ("closed", "unreachable")

    def test_nobody_is_rung_up_by_night(self, asking, move):
        with clock.hold(clock.now().replace(hour=22)):
            assert move(asking, "attempt", "follow_up", ok=False).json()["code"] == "guard_failed"

    def test_discontent_is_done_with_only_when_it_led_to_something(self, asking, move, phone):
        move(asking, "attempt", "follow_up")
        told = {"answers": {"q1_restored": "yes", "q2_score": 2}, "unsatisfied_reason": "attitude"}
        move(asking, "answered", "customer", data=told, phone_last4=phone[-4:])
        assert move(asking, "satisfied", "system", ok=False).json()["code"] == "guard_failed"
        move(asking, "unsatisfied", "system")
        assert move(asking, "done", "supervisor", ok=False).json()["code"] == "guard_failed"
        move(asking, "done", "supervisor", reason="主管已回电致歉")
