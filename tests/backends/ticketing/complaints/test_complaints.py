"""Complaints: who answers, who may not, how long the customer is waited for, where to turn at last."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from kernel import clock, ids
from tests.backends.ticketing.working import work_until

STAFF = {"X-View": "staff"}
FOUND = {"is_valid": "yes", "root_cause": "未启用后备班", "corrective_action": "修订启用条件"}
ANSWERED = {**FOUND, "reply_text": "情况属实，已致歉并说明改进"}


@pytest.fixture
def complain(post, phone):
    """File a complaint of this test's own phone; gives its number."""

    def file(words: str = "打电话过去态度很差", **fields: Any) -> str:
        body = {"order_type": "complaint", "what_happened": words, "contact_phone": phone, **fields}
        answer = post("/v1/work-orders", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["order_no"]

    return file


@pytest.fixture
def move(post):
    def act(number: str, event: str, role: str, actor: str, *, ok: bool = True, **fields: Any):
        answer = post(f"/v1/work-orders/{number}/events", {"event": event, "role": role, "actor": actor, **fields})
        assert not ok or answer.status_code == 200, answer.text
        return answer

    return act


@pytest.fixture
def file_of(http):
    return lambda number: http.get(f"/v1/complaints/{number}", headers=STAFF).json()


def _assign(move, number: str, owner: str = "P5003", **data: str) -> None:
    move(number, "assign", "complaint_desk", "K2005", data={"owner": owner, "tracker": "K2005", **data})


def _reply(move, number: str, owner: str = "P5003", approver: str = "M1001") -> None:
    move(number, "conclude", "handler", owner, data=FOUND)
    move(number, "approve", "supervisor", approver)
    move(number, "reply", "handler", owner, data={"reply_text": ANSWERED["reply_text"]})


class TestWeighing:
    @pytest.mark.row("S07")
    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ("表箱漏电，邻居受伤住院了", "injury"),
            ("再不处理我就找记者曝光", "media"),
            ("我们楼三十户都没电，说了几次没人管", "crowd"),
            ("你们把我的电话给了装修公司，隐私泄露", "privacy_leak"),
            ("电压忽高忽低，冰箱烧坏了", "class_default"),
        ],
    )
    def test_grave_words_make_it_major(self, complain, file_of, words, reason):
        file = file_of(complain(words))
        assert file["severity"] == "major"
        assert reason in file["major_reasons"]

    @pytest.mark.parametrize("words", ["电话打了三次没人接，急死人了", "师傅来晚了十分钟", "没人受伤，就是来得太晚"])
    def test_others_are_normal(self, complain, file_of, words):
        file = file_of(complain(words))
        assert (file["severity"], file["major_reasons"]) == ("normal", [])

    def test_promise_broken_twice_makes_it_major(self, complain, file_of, phone, post):
        for topic in ("usage", "balance"):
            body = {"order_type": "consult", "topic": topic, "question": "请核实", "contact_phone": phone}
            assert post("/v1/work-orders", body).status_code == 201
        with clock.hold(clock.now() + timedelta(days=20)):
            file = file_of(complain("问了两回都没人回"))
        assert file["major_reasons"] == ["promise_broken_twice"]

    def test_of_a_hospital_is_major_and_wakes_the_supervisor(self, complain, file_of, file_fault, http):
        file_fault(critical_user_kind="hospital")
        number = complain("停电没有提前说")
        assert "critical_user" in file_of(number)["major_reasons"]
        found = http.get("/v1/complaints/alarms", params={"kind": "major_complaint", "limit": 500}, headers=STAFF)
        assert number in [a["order_no"] for a in found.json()["items"]]

    def test_words_suggest_a_class_and_the_customer_corrects_it(self, complain, file_of, post, phone):
        number = complain("表走得快，抄表员还推诿")
        file = file_of(number)
        assert file["suggested_class"] == "attitude" or file["suggested_class"] == "metering"

        body = {"complaint_class": "metering", "sub_class": "fast_meter", "side_classes": ["attitude"]}
        answer = post(f"/v1/complaints/{number}/classes", {**body, "phone_last4": phone[-4:]})

        assert answer.status_code == 200, answer.text
        file = file_of(number)
        assert (file["complaint_class"], file["sub_class"], file["side_classes"], file["department"]) == (
            "metering", "fast_meter", ["attitude"], "计量班",
        )  # fmt: skip


class TestOwnCase:
    @pytest.mark.row("S57")
    def test_department_of_the_class_answers_and_somebody_else_tracks(self, complain, move, file_of):
        number = complain("报修两小时没人到", complaint_class="repair")
        _assign(move, number)
        file = file_of(number)
        assert (file["owner_team"], file["owner"], file["tracker"]) == ("配电管理部", "P5003", "K2005")

    @pytest.mark.parametrize(
        "data",
        [{"owner": "A1035"}, {"owner": "P5003", "owner_team": "滨河抢修二班"}, {"owner": "P5003", "tracker": "A1035"}],
    )
    def test_whoever_is_complained_of_gets_nothing_to_handle(self, complain, move, http, data):
        number = complain("来晚了还凶", complaint_class="repair", staff_or_team="滨河抢修二班 A1035")
        answer = move(number, "assign", "complaint_desk", "K2005", ok=False, data=data)
        assert (answer.status_code, answer.json()["code"]) == (403, "own_case")
        whole = http.get(f"/v1/work-orders/{number}", headers=STAFF).json()
        assert whole["status"] == "registered"
        assert whole["refused_attempts"][-1]["code"] == "own_case"

    def test_whoever_had_the_repair_in_hand_does_not_judge_it(self, complain, move, file_fault, post):
        repair = file_fault().json()["order_no"]
        move(repair, "accept", "crew", "A1077", data={"owner": "A1077"})
        number = complain("修得慢", complaint_class="repair", related_order_nos=[repair])
        answer = move(number, "assign", "complaint_desk", "K2005", ok=False, data={"owner": "A1077"})
        assert answer.json()["code"] == "own_case"

    def test_handler_does_not_approve_the_own_reply(self, complain, move):
        number = complain()
        _assign(move, number)
        move(number, "contact", "handler", "P5003")
        move(number, "conclude", "handler", "P5003", data=FOUND)
        assert move(number, "approve", "supervisor", "P5003", ok=False).json()["code"] == "own_case"
        assert move(number, "approve", "supervisor", "M1001").json()["status"] == "approved"

    @pytest.mark.row("S41")
    def test_supervision_line_goes_past_the_team_complained_of(self, post, phone, file_of, http):
        body = {"order_type": "complaint", "what_happened": "班组收红包", "staff_or_team": "城南抢修一班"}
        number = post("/v1/complaints/supervision", {**body, "contact_phone": phone}).json()["order_no"]
        file = file_of(number)
        assert (file["is_supervised"], file["owner_team"]) == (True, "服务监督岗")
        found = http.get("/v1/complaints/alarms", params={"kind": "supervision_line", "limit": 500}, headers=STAFF)
        assert number in [a["order_no"] for a in found.json()["items"]]


class TestWaiting:
    def test_after_three_days_it_goes_on_with_what_is_there(self, complain, move, http, served):
        number = complain()
        _assign(move, number)
        move(number, "contact", "handler", "P5003")
        move(number, "ask_customer", "handler", "P5003", reason="缺照片")

        work_until(served.database_url, clock.now() + timedelta(days=3), room="ticketing.complaints.")

        whole = http.get(f"/v1/work-orders/{number}", headers=STAFF).json()
        assert (whole["status"], whole["events"][-1]["event"]) == ("investigating", "silent")
        assert whole["clock_paused_s"] == 3 * 86400
        with clock.hold(clock.now() + timedelta(days=3)):
            answer = move(number, "ask_customer", "handler", "P5003", ok=False, reason="还缺")
        assert answer.json()["code"] == "waited_long_enough"

    def test_waits_add_up(self, complain, move, http, served, phone):
        number = complain()
        _assign(move, number)
        move(number, "contact", "handler", "P5003")
        start = clock.now()
        move(number, "ask_customer", "handler", "P5003", reason="缺照片")
        with clock.hold(start + timedelta(days=2)):
            move(number, "customer_replied", "customer", "web", phone_last4=phone[-4:])
            move(number, "ask_customer", "handler", "P5003", reason="照片不清")
        work_until(served.database_url, start + timedelta(days=3), room="ticketing.complaints.")
        assert http.get(f"/v1/work-orders/{number}", headers=STAFF).json()["status"] == "investigating"


@pytest.mark.row("S08", "S100")
def test_second_refusal_tells_the_authority_outside(complain, move, http, phone, file_of):
    number = complain()
    _assign(move, number)
    move(number, "contact", "handler", "P5003")
    _reply(move, number)
    mine = http.get(f"/v1/complaints/{number}", params={"phone_last4": phone[-4:]}).json()
    assert (mine["reply_text"], mine["outside_authority"]) == (ANSWERED["reply_text"], None)

    move(number, "refuse", "customer", "web", phone_last4=phone[-4:])
    assert file_of(number)["escalation_level"] == 1
    _reply(move, number)
    closed = move(number, "refuse_again", "customer", "web", phone_last4=phone[-4:]).json()

    assert closed["status"] == "closed"
    told = http.get(f"/v1/complaints/{number}", params={"phone_last4": phone[-4:]}).json()["outside_authority"]
    assert (told["phone"], told["told_at"]) == ("12398", clock.now().isoformat())


@pytest.mark.row("S09", "S93")
def test_tracker_sees_every_open_complaint_and_what_comes_next(complain, move, http):
    number, tracker = complain(), ids.new_id("K")
    move(number, "assign", "complaint_desk", "K2005", data={"owner": "P5003", "tracker": tracker})
    mine = http.get("/v1/complaints/tracking", params={"tracker": tracker}, headers=STAFF).json()["items"]
    assert [row["order_no"] for row in mine] == [number]
    assert {step["event"] for step in mine[0]["next_steps"]} == {"contact", "return", "withdraw"}


class TestStatistics:
    @pytest.mark.row("S16", "S30", "S88")
    def test_are_by_class_cause_area_and_repeat_customer(self, complain, move, http, phone):
        day = clock.now() + timedelta(days=4000)  # nobody else files then
        with clock.hold(day):
            first = complain("抄表抄错了", complaint_class="metering", address="望江苑6号楼")
            complain("多收了电费", complaint_class="bill_price")
            _assign(move, first)
            move(first, "contact", "handler", "P5003")
        with clock.hold(day + timedelta(hours=30)):
            _reply(move, first)
            ask = {"since": f"{day.date()}", "until": f"{day.date() + timedelta(days=1)}"}
            found = http.get("/v1/complaints/statistics", params=ask, headers=STAFF).json()
            sheet = http.get("/v1/complaints/statistics", params={**ask, "format": "csv"}, headers=STAFF)

        assert (found["total"], found["replied_in_time"], found["reply_hours"]["median"]) == (2, 1, 30.0)
        assert {row["key"]: row["total"] for row in found["by_class"]} == {"metering": 1, "bill_price": 1}
        assert found["by_cause"] == [{"key": "未启用后备班", "count": 1, "cumulative_share": 1.0}]
        assert {row["key"] for row in found["by_area"]} >= {"望江苑"}
        assert found["repeat_customers"][0]["count"] == 2
        assert phone not in str(found)
        rows = list(csv.reader(io.StringIO(sheet.text)))
        assert ["by_class", "metering", "1", ""] in rows

    def test_are_for_staff(self, http):
        assert http.get("/v1/complaints/statistics").json()["code"] == "staff_only"
