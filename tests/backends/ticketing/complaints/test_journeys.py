"""A complaint answered in time, one that is late and climbs, and a whistle-blowing from its code to its answer."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from kernel import clock

working = importlib.import_module("tests.backends.ticketing.working")
STAFF = {"X-View": "staff"}
LEAD = {**STAFF, "X-Role": "sealed_lead", "X-Actor": "J6001"}
MEMBER = {**STAFF, "X-Role": "sealed_team", "X-Actor": "J6002"}
OTHER = {**STAFF, "X-Role": "sealed_team", "X-Actor": "J6009"}
INSPECTOR = {**STAFF, "X-Role": "inspector", "X-Actor": "Y4001"}
FOUND = {"is_valid": "yes", "root_cause": "夜班只有一组", "corrective_action": "夜里加一组"}
REPORTER = {"contact_name": "赵敏", "contact_phone": "13855550001", "is_anonymous": False}
SEEN = {"order_type": "whistle_blow", "whistle_class": "theft", "theft_act": "bypass_meter",
        "what": "二楼商铺绕过电表用电", "where": "望江苑6号楼底商"}  # fmt: skip


@pytest.fixture
def complaint(post, phone) -> str:
    body = {"order_type": "complaint", "what_happened": "报修两小时没人到", "complaint_class": "repair"}
    answer = post("/v1/work-orders", {**body, "contact_phone": phone})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["order_no"])


def hour(**later: float) -> datetime:
    return clock.now() + timedelta(**later)


class TestComplaint:
    @pytest.mark.row("S38")
    @pytest.mark.row("S07")
    @pytest.mark.row("S09")
    def test_is_contacted_within_a_day_answered_within_five_and_asked_whether_they_are_content(
        self, complaint, move, staff, http, phone
    ):
        move(complaint, "assign", "complaint_desk", actor="K2005", data={"owner": "P5003", "tracker": "K2005"})
        with clock.hold(hour(hours=3)):
            move(complaint, "contact", "handler", actor="P5003")
        with clock.hold(hour(days=2)):
            move(complaint, "conclude", "handler", actor="P5003", data=FOUND)
            move(complaint, "approve", "supervisor", actor="M1001")
            move(complaint, "reply", "handler", actor="P5003", data={"reply_text": "夜里已加一组，向您致歉。"})
            mine = http.get(f"/v1/complaints/{complaint}", params={"phone_last4": phone[-4:]}).json()
            follow_ups = http.get(
                "/v1/work-orders", params={"parent_order_no": complaint, "order_type": "follow_up"}, headers=STAFF
            ).json()["items"]
        assert mine["reply_text"] == "夜里已加一组，向您致歉。"
        assert [(o["details"]["follow_kind"], o["details"]["method"]) for o in follow_ups] == [("complaint", "phone")]
        with clock.hold(hour(days=2, hours=5)):
            closed = move(complaint, "accept", "customer", actor="web", phone_last4=phone[-4:]).json()
        assert closed["status"] == "closed"
        order = staff(complaint)
        assert order["details"]["replied_at"] < order["details"]["reply_by"]
        assert order["escalation_level"] == 0

    @pytest.mark.row("S13")
    def test_that_is_not_answered_climbs_until_it_is(self, complaint, move, staff, served):
        move(complaint, "assign", "complaint_desk", actor="K2005", data={"owner": "P5003", "tracker": "K2005"})

        def pass_at(**later: float) -> dict[str, Any]:
            working.look_at_clocks(served.database_url, complaint, hour(**later))
            return dict(staff(complaint))

        assert pass_at(hours=23)["escalation_level"] == 1  # nobody has called: warned before the day is over
        late = pass_at(hours=25)
        assert late["escalation_level"] == 2
        assert "breached" in [event["event"] for event in late["events"]]
        assert pass_at(days=8)["escalation_level"] == 3  # five days for the answer, and half as much again
        before = len(staff(complaint)["events"])
        assert len(pass_at(days=8, hours=1)["events"]) == before, "each is told once"
        with clock.hold(hour(days=8, hours=2)):
            move(complaint, "contact", "handler", actor="P5003", reason="交接遗漏")
            move(complaint, "conclude", "handler", actor="P5003", data=FOUND)
            move(complaint, "approve", "supervisor", actor="M1001")
            replied = move(complaint, "reply", "handler", actor="P5003", data={"reply_text": "答复晚了，向您致歉。"})
        assert replied.json()["status"] == "replied"


@pytest.fixture
def case(post) -> tuple[str, str]:
    """A whistle-blowing with a name: its number, as only the sealed team knows it, and its code."""
    filed = post("/v1/work-orders", {**SEEN, **REPORTER})
    assert filed.status_code == 201, filed.text
    assert not filed.json().get("order_no"), "the number is never said outside"
    return "", str(filed.json()["query_code"])


@pytest.fixture
def number(case, http) -> str:
    """The newest case of the team."""
    items = http.get("/v1/whistle-blows", headers=LEAD).json()["items"]
    return str(max(item["order_no"] for item in items))


class TestWhistleBlowing:
    @pytest.mark.row("S08")
    @pytest.mark.row("S73")
    def test_goes_from_its_code_to_its_answer_without_a_name(self, case, number, http, post):
        _, code = case

        def act(event: str, look: dict[str, str], **data: Any) -> None:
            role, actor = look["X-Role"], look["X-Actor"]
            reason = data.pop("because", None)
            body = {"event": event, "role": role, "actor": actor, "reason": reason, "data": data}
            answer = post(f"/v1/work-orders/{number}/events", body, **look)
            assert answer.status_code == 200, answer.text

        def progress() -> str:
            return str(http.get(f"/v1/work-orders/by-code/{code}").json()["status"])

        assert progress() == "sealed"
        clean = {"redacted_what": "有商铺绕过电表用电", "redacted_where": "望江苑6号楼底商"}
        assert post(f"/v1/whistle-blows/{number}/redaction", clean, **MEMBER).status_code == 200
        act("assign", MEMBER, owner="Y4001")
        seen = http.get(f"/v1/work-orders/{number}", headers=INSPECTOR).json()
        assert seen["details"]["what"] == clean["redacted_what"]
        assert "query_code" not in seen["details"]
        act("accept", INSPECTOR)
        act("find", INSPECTOR, finding="confirmed", because="现场查获")
        act("approve", LEAD)
        act("reply", MEMBER, reply_text="经查属实，已依规处理。")
        told = http.get(f"/v1/work-orders/by-code/{code}").json()
        assert (told["status"], told["details"]["reply_text"]) == ("closed", "经查属实，已依规处理。")
        assert "赵敏" not in str(told)

    @pytest.mark.row("S29")
    def test_who_is_not_of_the_team_sees_nothing_and_the_look_is_kept(self, number, http):
        for headers in (STAFF, {**STAFF, "X-Role": "supervisor", "X-Actor": "M1001"}, INSPECTOR, {}):
            answer = http.get(f"/v1/work-orders/{number}", headers=headers)
            assert answer.status_code == 403, headers
            assert "望江苑" not in answer.text
        looks = http.get(f"/v1/whistle-blows/{number}/looks", headers=LEAD).json()["order"]
        refused = [look["actor"] for look in looks if not look["is_allowed"]]
        assert {"M1001", "Y4001"} <= set(refused)

    def test_the_name_is_shown_once_to_who_asked_after_a_second_person_agreed(self, number, http, post):
        asked = post(f"/v1/whistle-blows/{number}/identity-requests", {"reason": "核实奖励"}, **MEMBER).json()
        path = f"/v1/whistle-blows/{number}/identity-requests/{asked['request_no']}"
        assert post(f"{path}/look", {}, **MEMBER).status_code == 403, "nobody agreed yet"
        assert post(f"{path}/decision", {"is_approved": True}, **MEMBER).status_code == 403, "not oneself"
        assert post(f"{path}/decision", {"is_approved": True}, **LEAD).status_code == 200
        assert post(f"{path}/look", {}, **OTHER).status_code == 403, "only who asked"
        assert post(f"{path}/look", {}, **MEMBER).json()["contact_name"] == "赵敏"
        assert post(f"{path}/look", {}, **MEMBER).status_code in (403, 409), "once"
        steps = [
            look["step"] for look in http.get(f"/v1/whistle-blows/{number}/looks", headers=LEAD).json()["identity"]
        ]
        assert {"asked", "approved", "looked", "denied"} <= set(steps)

    def test_the_name_stands_nowhere_but_in_the_sealed_store(self, number, served):
        with psycopg.connect(served.database_url.replace("+psycopg", "")) as link:
            tables = link.execute(
                """SELECT table_name FROM information_schema.tables
                    WHERE table_schema = 'ticketing' AND table_type = 'BASE TABLE'"""
            ).fetchall()
            for (table,) in tables:
                rows = sql.SQL("SELECT count(*) FROM ticketing.{} t WHERE t::text LIKE %s").format(
                    sql.Identifier(table)
                )
                hits = link.execute(rows, ["%13855550001%"]).fetchone()
                assert hits == (0,), f"the reporter's phone stands in ticketing.{table}"

    @pytest.mark.parametrize("words", ["我家楼上邻居绕表", "电话 13855550001 的人说的", "赵敏举报"])
    def test_what_betrays_the_reporter_does_not_leave_the_team(self, number, post, words):
        answer = post(
            f"/v1/whistle-blows/{number}/redaction", {"redacted_what": words, "redacted_where": "望江苑"}, **MEMBER
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "betrays_reporter")

    def test_who_guesses_codes_waits(self, http, case):
        headers = {"X-Subject": f"guess-{case[1]}"}
        for _ in range(5):
            assert http.get("/v1/work-orders/by-code/ZZZZZZZ2", headers=headers).status_code == 404
        assert http.get(f"/v1/work-orders/by-code/{case[1]}", headers=headers).status_code == 429
