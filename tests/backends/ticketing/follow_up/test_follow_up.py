"""Asked afterwards: who, when, how often, and what an answer leads to."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from backends.ticketing.follow_up import rules
from kernel import clock

work_until = importlib.import_module("tests.backends.ticketing.working").work_until
STAFF = {"X-View": "staff"}
OURS = "ticketing.follow_up"
WELL = {"q1_restored": "yes", "q2_score": 5, "q3_words": "师傅很耐心"}


@pytest.fixture
def follow_ups(http, staff):
    """The follow-ups of an order, oldest first, as staff see them."""

    def of(number: str) -> list[dict[str, Any]]:
        query = {"parent_order_no": number, "order_type": "follow_up"}
        items = http.get("/v1/work-orders", params=query, headers=STAFF).json()["items"]
        return [staff(item["order_no"]) for item in reversed(items)]

    return of


@pytest.fixture
def repaired(file_fault, repair) -> str:
    """A fault report of this test's own that is repaired and closed."""
    number = file_fault().json()["order_no"]
    repair(number)
    return str(number)


@pytest.fixture
def called(post, follow_ups):
    """A call came of it: answers, or nobody."""

    def call(number: str, result: str = "answered", **answers: Any):
        body = {"result": result, "actor": "V8001", **({"answers": answers} if answers else {})}
        return post(f"/v1/follow-ups/{number}/attempts", body, **STAFF)

    return call


def hour(**later: float) -> datetime:
    return clock.now() + timedelta(**later)


class TestWhoIsAsked:
    def test_whose_fault_was_repaired_is_sent_a_message_half_an_hour_later(self, repaired, follow_ups, served):
        (planned,) = follow_ups(repaired)
        assert (planned["status"], planned["details"]["method"]) == ("planned", "sms")
        assert planned["deadline_at"] == hour(days=1).isoformat()
        work_until(served.database_url, hour(minutes=29), room=OURS)
        assert follow_ups(repaired)[0]["status"] == "planned"
        work_until(served.database_url, hour(minutes=31), room=OURS)
        assert follow_ups(repaired)[0]["status"] == "in_progress"

    def test_nobody_is_disturbed_by_night(self, file_fault, repair, follow_ups, served):
        with clock.hold(clock.now().replace(hour=21, minute=50)):
            number = file_fault().json()["order_no"]
            repair(number)
            work_until(served.database_url, hour(hours=9), room=OURS)
            assert follow_ups(number)[0]["status"] == "planned"
            work_until(served.database_url, hour(hours=10, minutes=11), room=OURS)
            assert follow_ups(number)[0]["status"] == "in_progress"

    def test_a_tenth_of_the_consultations_is_drawn_the_same_way_each_time(self):
        rule = next(r for r in rules.load() if r.target == "consult")
        numbers = [f"ZX20261124{n:04d}" for n in range(1, 5001)]
        drawn = [number for number in numbers if rules.place_of(number, rule.method) < rule.share]
        assert 400 <= len(drawn) <= 600
        assert drawn == [number for number in numbers if rules.place_of(number, rule.method) < rule.share]


class TestNobodyAnswers:
    def test_a_message_without_an_answer_becomes_a_call(self, repaired, follow_ups, served, http):
        with clock.hold(hour(minutes=31)):
            work_until(served.database_url, clock.now(), room=OURS)
            work_until(served.database_url, hour(hours=4, minutes=1), room=OURS)
            (order,) = follow_ups(repaired)
        assert (order["status"], order["details"]["method"]) == ("planned", "phone")
        assert [attempt["result"] for attempt in order["details"]["attempts"]] == ["no_answer"]
        with clock.hold(hour(hours=7)):
            due = http.get("/v1/follow-ups/due", params={"limit": 100}, headers=STAFF).json()["items"]
        assert order["order_no"] in [item["order_no"] for item in due]

    def test_three_calls_in_vain_end_it_unreachable(self, repaired, follow_ups, called):
        number = follow_ups(repaired)[0]["order_no"]
        for _ in range(3):
            assert called(number, "no_answer").status_code == 201
        (order,) = follow_ups(repaired)
        assert (order["status"], order["close_reason"]) == ("closed", "unreachable")
        assert called(number, "no_answer").status_code == 409

    def test_who_does_not_want_to_be_asked_is_never_asked_again(self, repaired, follow_ups, called, file_fault, repair):
        assert called(follow_ups(repaired)[0]["order_no"], "refused").status_code == 201
        assert follow_ups(repaired)[0]["status"] == "closed"
        again = file_fault().json()["order_no"]
        repair(again)
        assert follow_ups(again) == []


class TestAnswers:
    @pytest.mark.row("S37")
    def test_who_is_content_is_thanked_and_the_order_has_their_score(self, repaired, follow_ups, called, staff):
        answer = called(follow_ups(repaired)[0]["order_no"], **WELL)
        assert (answer.status_code, answer.json()["next_action"]) == (201, "none")
        (order,) = follow_ups(repaired)
        assert (order["status"], order["details"]["answers"]) == ("closed", WELL)
        assert staff(repaired)["satisfaction"] == 5

    def test_what_is_not_solved_goes_on_at_once(self, repaired, follow_ups, called, staff):
        answer = called(follow_ups(repaired)[0]["order_no"], q1_restored="no", q2_score=2).json()
        assert (answer["next_action"], answer["other_order_no"]) == ("reopen", repaired)
        target = staff(repaired)
        assert (target["status"], target["reopened_count"]) == ("dispatched", 1)
        assert target["escalation_level"] >= 1

    @pytest.mark.parametrize(
        ("reason", "care"), [("attitude", "complaint_intent"), ("cost", "complaint_intent"), ("slow", "manager_call")]
    )
    def test_a_low_score_is_called_back_within_two_hours(
        self, repaired, follow_ups, called, http, post, reason, care, staff
    ):
        number = follow_ups(repaired)[0]["order_no"]
        said = {"q1_restored": "yes", "q2_score": 1, "unsatisfied_reason": reason}
        assert called(number, **said).json()["done_by"] == hour(hours=2).isoformat()
        tasks = http.get("/v1/care-tasks", params={"limit": 100}, headers=STAFF).json()["items"]
        (task,) = [task for task in tasks if task["order_no"] == number]
        assert task["kind"] == care
        done = post(f"/v1/care-tasks/{task['id']}/done", {"by": "M1001", "outcome": "已致电道歉，客户接受"}, **STAFF)
        assert done.json()["done_by"] == "M1001"
        assert staff(number)["status"] == "closed"

    def test_twice_discontent_within_a_month_and_a_supervisor_comes(
        self, repaired, follow_ups, called, file_fault, repair
    ):
        called(follow_ups(repaired)[0]["order_no"], q1_restored="yes", q2_score=2, unsatisfied_reason="slow")
        again = file_fault().json()["order_no"]
        repair(again)
        told = called(follow_ups(again)[0]["order_no"], q1_restored="yes", q2_score=1, unsatisfied_reason="slow")
        assert datetime.fromisoformat(told.json()["done_by"]) > hour(hours=24)

    def test_the_same_answer_sent_twice_counts_once(self, repaired, follow_ups, post, http):
        number = follow_ups(repaired)[0]["order_no"]
        body = {"result": "answered", "actor": "V8001", "answers": {"q1_restored": "no"}}
        one, other = (post(f"/v1/follow-ups/{number}/attempts", body, key="once", **STAFF) for _ in range(2))
        assert one.json() == other.json()

    def test_a_card_asks_without_saying_who_and_is_answered_once(self, repaired, follow_ups, served, http, post):
        import psycopg

        number = follow_ups(repaired)[0]["order_no"]
        with psycopg.connect(served.database_url.replace("+psycopg", "")) as link:
            query = "SELECT token FROM ticketing.follow_up_schedules WHERE order_no = %s"
            (token,) = link.execute(query, [number]).fetchone() or ("",)
        card = http.get(f"/v1/follow-up-cards/{token}").json()
        assert card["is_open"]
        assert card["questions"][0]["ask"] == "您家来电了吗？"
        assert post(f"/v1/follow-up-cards/{token}", WELL).status_code == 201
        assert http.get(f"/v1/follow-up-cards/{token}").json() == {"is_open": False, "questions": []}
        assert post(f"/v1/follow-up-cards/{token}", WELL).status_code == 409

    def test_an_answer_that_says_nothing_is_refused(self, repaired, follow_ups, called, post):
        number = follow_ups(repaired)[0]["order_no"]
        body = {"result": "answered", "actor": "V8001", "answers": {}}
        assert post(f"/v1/follow-ups/{number}/attempts", body, **STAFF).status_code == 422

    def test_only_staff_see_and_note_follow_ups(self, repaired, follow_ups, post, http):
        number = follow_ups(repaired)[0]["order_no"]
        assert http.get("/v1/follow-ups/due").status_code == 403
        assert post(f"/v1/follow-ups/{number}/attempts", {"result": "no_answer", "actor": "x"}).status_code == 403
        assert http.get("/v1/care-tasks").status_code == 403
