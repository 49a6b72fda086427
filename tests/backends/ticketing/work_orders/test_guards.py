"""What must be true before an event may happen, and what must be on an order before it is closed."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest

from kernel import clock

work_until = importlib.import_module("tests.backends.ticketing.working").work_until
OURS = "ticketing.work_orders."  # the sample's outages stand still


@pytest.fixture
def file(post, phone):
    def send(order_type, **fields):
        answer = post("/v1/work-orders", {"order_type": order_type, "contact_phone": phone, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()["order_no"]

    return send


@pytest.fixture
def refused(move):
    """The event is refused by a guard; gives why."""

    def ask(number, event, role, **fields):
        answer = move(number, event, role, ok=False, **fields)
        assert (answer.status_code, answer.json()["code"]) == (409, "guard_failed"), answer.text
        return answer.json()["detail"]

    return ask


class TestFaults:
    @pytest.fixture
    def on_site(self, file_fault, move):
        number = file_fault().json()["order_no"]
        for event in ("accept", "depart", "arrive"):
            move(number, event)
        return number

    def test_crew_shows_that_it_is_there_or_says_why_not(self, file_fault, move, refused):
        home = {"latitude": 31.2304, "longitude": 121.4737}
        number = file_fault(position=home).json()["order_no"]
        move(number, "accept")
        move(number, "depart")
        assert "arrived_position" in refused(number, "arrive", "crew")
        far = {"arrived_position": {"latitude": 31.2404, "longitude": 121.4737}}
        assert "1112 m" in refused(number, "arrive", "crew", data=far)
        near = {"arrived_position": {"latitude": 31.2320, "longitude": 121.4737}}
        assert move(number, "arrive", data=near).json()["status"] == "on_site"

    def test_nobody_there_only_after_two_calls_on_the_spot(self, on_site, move, refused):
        early = [(clock.now() - timedelta(hours=1)).isoformat()] * 2
        refused(on_site, "not_found", "crew", data={"customer_calls": early})
        calls = {"customer_calls": [clock.now().isoformat()] * 2}
        assert move(on_site, "not_found", data=calls).json()["status"] == "cannot_access"

    def test_customer_s_side_needs_their_ownership_and_a_photo(self, on_site, move, refused):
        refused(on_site, "customer_side", "crew", data={"is_customer_side": "yes"})
        refused(on_site, "customer_side", "crew", data={"attachment_keys": ["att/1.jpg"]})
        shown = {"is_customer_side": "yes", "attachment_keys": ["att/1.jpg"]}
        assert move(on_site, "customer_side", data=shown).json()["status"] == "handed_over"

    @pytest.mark.row("S149")
    def test_nobody_works_beside_a_live_hazard(self, file_fault, move, refused):
        number = file_fault(hazard_kind="line_down", symptom="line_damage").json()["order_no"]
        for event in ("accept", "depart", "arrive"):
            move(number, event)
        assert "isolated" in refused(number, "secure", "crew")
        assert move(number, "secure", data={"is_isolated": True}).json()["status"] == "repairing"

    def test_crew_has_its_time_to_accept(self, file_fault, move, refused):
        number = file_fault().json()["order_no"]
        refused(number, "no_answer", "system")
        with clock.hold(clock.now() + timedelta(minutes=10)):
            back = move(number, "no_answer", "system").json()
        assert (back["status"], back["escalation_level"]) == ("dispatched", 2)  # the next crew is asked at once

    def test_customer_may_not_write_what_the_crew_finds_out(self, file_fault, move, phone):
        number = file_fault().json()["order_no"]
        fields = {"phone_last4": phone[-4:], "data": {"is_chargeable": True}}
        assert move(number, "withdraw", "customer", ok=False, **fields).status_code == 422

    def test_silence_closes_by_itself_after_a_day(self, on_site, move, staff, served):
        move(on_site, "secure")
        move(on_site, "restore", data={"cause": "熔断", "repair_note": "更换"})
        work_until(served.database_url, clock.now() + timedelta(minutes=1), room=OURS)
        assert staff(on_site)["status"] == "awaiting_confirm"
        work_until(served.database_url, clock.now() + timedelta(days=1, minutes=1), room=OURS)
        closed = staff(on_site)
        assert (closed["status"], closed["details"]["is_restored"]) == ("closed", "unconfirmed")


class TestApplications:
    def test_missing_papers_are_named_and_the_clock_stands_until_one_comes(self, file, move, refused, staff, phone):
        number = file("apply", apply_type="ev_charger")
        assert "papers" in refused(number, "materials_short", "business")
        move(number, "materials_short", "business", reason="缺车位证明")
        assert staff(number)["details"]["materials"] == [{"name": "缺车位证明", "state": "missing"}]

        proof = {"phone_last4": phone[-4:]}
        refused(number, "materials_in", "customer", reason="带来了", **proof)
        papers = {"materials": [{"name": "缺车位证明", "state": "uploaded"}]}
        assert move(number, "materials_in", "customer", data=papers, **proof).json()["status"] == "registered"

    @pytest.mark.row("S34")
    @pytest.mark.row("S72")
    @pytest.mark.row("S111")
    def test_closing_wants_all_eleven_fields_of_the_utility_s_rules(self, file, move, refused, staff, phone):
        number = file("apply", apply_type="ev_charger")
        move(number, "check_materials", "business", actor="Y3007")
        assert "survey" in refused(number, "skip_survey", "connection")
        move(number, "book_survey", "connection")
        move(number, "surveyed", "surveyor", reason="现场可装", data={"attachment_keys": ["att/site.jpg"]})
        move(number, "reply_plan", "connection")
        move(number, "customer_accepts", "customer", phone_last4=phone[-4:])
        move(number, "energize", "metering", data={"energized_at": clock.now().isoformat()})

        said = {"customer_feedback": "满意"}
        why = refused(number, "feedback", "follow_up", data=said)
        assert "owner_id_no or credit_code" in why
        assert "contact_name" in why
        whole = {**said, "owner_id_no": "320102198001011234", "contact_name": "王小明"}
        closed = move(number, "feedback", "follow_up", data=whole).json()

        record = staff(number)
        assert closed["status"] == "closed"
        assert [step["phase"] for step in closed["timeline"]] == [
            "need", "confirmation", "plan", "plan", "plan", "doing", "judgement", "judgement",
        ]  # fmt: skip
        assert record["details"]["handler_staff"] == "Y3007"
        assert all(record[name] for name in ("received_at", "sent_at", "closed_at", "contact_name", "contact_phone"))

    def test_kind_that_switches_power_on_cannot_end_without(self, file, move, refused):
        number = file("apply", apply_type="rename", contact_name="王小明", owner_id_no="320102198001011234")
        move(number, "check_materials", "business")
        move(number, "skip_survey", "connection")
        assert "customer_feedback" in refused(number, "finish_no_energize", "business")
        move(number, "finish_no_energize", "business", data={"customer_feedback": "已告知"})


class TestAnswers:
    def test_question_nobody_can_answer_to_is_not_closed(self, post, move, refused):
        body = {"order_type": "consult", "channel": "letter", "question": "阶梯怎么算"}
        number = post("/v1/work-orders", body).json()["order_no"]
        answer = {"reply_text": "分三档"}
        assert "contact_phone" in refused(number, "answer_now", "agent", data=answer)
        move(number, "answer_now", "agent", data={**answer, "contact_phone": "13812345678"})

    def test_customer_is_reminded_three_times_before_a_question_is_given_up(self, file, move, refused, staff, served):
        number = file("consult", question="表快了")
        move(number, "assign", "agent", data={"expert_team": "计量班"})
        move(number, "accept", "expert")
        move(number, "ask_customer", "expert", reason="请提供表号")
        refused(number, "give_up", "system")

        for days in (2, 4, 6, 7):
            work_until(served.database_url, clock.now() + timedelta(days=days), room=OURS)

        order = staff(number)
        assert [e["event"] for e in order["events"]][-4:] == ["remind", "remind", "remind", "give_up"]
        assert (order["status"], order["close_reason"]) == ("closed", "unreachable")
        assert order["details"]["reply_text"]

    def test_reply_nobody_objects_to_is_confirmed_after_three_days(self, file, move, refused, staff, served):
        number = file("consult", question="表快了")
        move(number, "assign", "agent", data={"expert_team": "计量班"})
        move(number, "accept", "expert")
        move(number, "reply", "expert", data={"reply_text": "误差合格"})
        refused(number, "confirm", "system")
        work_until(served.database_url, clock.now() + timedelta(days=3), room=OURS)
        assert staff(number)["status"] == "closed"

    @pytest.mark.row("S152")
    def test_expert_has_one_working_day_for_a_first_answer(self, file, move, staff):
        number = file("consult", question="光伏逆变器为什么脱网")
        move(number, "assign", "agent", data={"expert_team": "计量班"})
        clocks = {one["kind"]: one for one in staff(number)["clocks"]}
        assert clocks["first_reply"]["due_at"] == "2026-11-25T18:00:00+08:00"
        move(number, "accept", "expert")
        move(number, "reply", "expert", data={"reply_text": "过电压保护动作"})
        order = staff(number)
        assert order["details"]["expert_team"] == "计量班"
        assert {one["kind"]: one for one in order["clocks"]}["first_reply"]["met_at"]

    def test_late_contact_still_happens_and_says_why(self, file, move, refused):
        number = file("complaint", what_happened="停电没通知")
        move(number, "assign", "complaint_desk", data={"owner": "P5003", "tracker": "K2005"})
        with clock.hold(clock.now() + timedelta(hours=25)):
            refused(number, "contact", "handler")
            move(number, "contact", "handler", reason="客户电话不通，第二日接通")

    def test_praise_is_verified_with_somebody_praised(self, file, move, refused):
        number = file("praise", content="师傅好")
        refused(number, "verify", "agent")
        move(number, "verify", "agent", data={"praised_staff": "东湖抢修一班"})


@pytest.mark.row("S94")
class TestVisits:
    def test_fee_is_named_and_agreed_before_anybody_comes(self, file, move, refused, phone):
        number = file("appointment", service="customer_side_repair")
        move(number, "call_back", "agent", data={"confirmed_slot": {"day": "2026-11-26", "half": "am"}})
        refused(number, "quote", "crew", data={"fee_estimate_fen": 0})
        move(number, "quote", "crew", data={"fee_estimate_fen": 5000})
        proof = {"phone_last4": phone[-4:]}
        refused(number, "agree", "customer", data={"fee_agreed": False}, **proof)
        assert move(number, "agree", "customer", data={"fee_agreed": True}, **proof).json()["status"] == "confirmed"

    def test_visit_is_moved_two_hours_ahead_or_with_a_reason(self, file, move, refused):
        number = file("appointment")
        move(number, "call_back", "agent", data={"confirmed_slot": {"day": "2026-11-26", "half": "am"}})
        later = {"data": {"confirmed_slot": {"day": "2026-11-27", "half": "pm"}}}
        with clock.hold(clock.now().replace(day=26, hour=8)):
            refused(number, "reschedule", "crew", **later)
            move(number, "reschedule", "crew", reason="前一户未完", **later)


@pytest.mark.row("S151")
@pytest.mark.parametrize(
    ("order_type", "fields", "stage"),
    [
        ("consult", {"topic": "procedure", "question": "开店怎么报装"}, "before"),
        ("consult", {"topic": "bill", "question": "电费怎么多了"}, "after"),
        ("apply", {"apply_type": "new_low_business"}, "during"),
        pytest.param("appointment", {"service": "energy_advice"}, "before", marks=pytest.mark.row("S129")),
        ("complaint", {"what_happened": "停电没通知"}, "after"),
    ],
)
def test_order_says_whether_it_is_before_during_or_after_the_sale(file, staff, order_type, fields, stage):
    assert staff(file(order_type, **fields))["sales_stage"] == stage
