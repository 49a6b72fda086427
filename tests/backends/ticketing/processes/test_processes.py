"""Which way an order goes, and that nobody is sent a way that is not in use."""

from __future__ import annotations

from datetime import date

import pytest

from backends.ticketing.processes import book
from backends.ticketing.processes.book import Template

BOSS = {"X-View": "staff", "X-Role": "supervisor", "X-Actor": "M1001"}
READY = {
    "standard_written": True, "roles_named": True, "promises_set": True, "people_trained": True, "approved": True,
}  # fmt: skip


def launch(post, code, **told):
    return post(f"/v1/processes/{code}/launches", told, **BOSS)


@pytest.fixture
def apply(post, phone):
    def file(**fields):
        body = {"order_type": "apply", "apply_type": "increase", "contact_name": "王小明", "contact_phone": phone}
        answer = post("/v1/work-orders", {**body, "owner_id_no": "320102198001011234", **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()["order_no"]

    return file


@pytest.mark.row("S115")
@pytest.mark.parametrize(
    ("customer", "process"),
    [
        ({}, "apply.standard@1"),
        ({"category": "residential"}, "apply.home@1"),
        ({"category": "large_industrial"}, "apply.two_part@1"),
        ({"category": "commercial"}, "apply.standard@1"),
        ({"category": "residential", "user_kind": "临时性"}, "apply.temporary@1"),
        ({"category": "agricultural", "user_kind": "季节性"}, "apply.seasonal@1"),
    ],
)
def test_an_application_goes_the_way_of_its_kind_of_customer(apply, staff, customer, process):
    assert staff(apply(**customer))["process"] == process


@pytest.mark.row("S115")
def test_a_hospital_is_mended_as_a_critical_user(file_fault, staff):
    assert staff(file_fault().json()["order_no"])["process"] == "fault.standard@1"
    assert (
        staff(file_fault(address="医院路1号", user_kind="重要客户").json()["order_no"])["process"] == "fault.critical@1"
    )


@pytest.mark.row("S92")
def test_the_list_says_who_answers_for_each_step(http):
    listed = {one["code"]: one for one in http.get("/v1/processes").json()["items"]}
    steps = listed["apply.two_part@1"]["steps"]
    assert (steps[0]["do"], steps[0]["by_label"]) == ("指定客户经理", "业扩")
    assert not listed["apply.storage@1"]["is_published"]


@pytest.mark.row("S148")
class TestLaunch:
    def test_nobody_is_sent_along_a_process_that_is_not_in_use(self, post, apply, move, staff):
        number = apply(category="wholesale", materials=[{"name": "申请书", "state": "checked"}])
        assert staff(number)["process"] == "apply.storage@1"
        refused = move(number, "check_materials", "business", ok=False)
        assert (refused.status_code, refused.json()["code"]) == (409, "process_not_published")

        early = launch(post, "apply.storage@1", checklist={**READY, "people_trained": False})
        assert (early.status_code, early.json()["code"]) == (409, "checklist_incomplete")
        assert "people_trained" in early.json()["detail"]

        assert launch(post, "apply.storage@1", checklist=READY).status_code == 201
        move(number, "check_materials", "business")
        assert launch(post, "apply.storage@1", publish=False, reason="试点结束").status_code == 201

    def test_a_report_is_kept_and_a_supervisor_hears_of_it_but_danger_goes_at_once(self, post, file_fault, staff, http):
        assert launch(post, "fault.critical@1", publish=False, reason="改版").status_code == 201
        try:
            held = file_fault(user_kind="重要客户").json()["order_no"]
            sent = file_fault(user_kind="重要客户", hazard_kind="line_down", address="渡口路3号").json()["order_no"]
        finally:
            launch(post, "fault.critical@1", checklist=READY)
        assert staff(held)["status"] == "registered"
        assert [e["event"] for e in staff(held)["events"]] == ["register", "held_back"]
        assert staff(sent)["status"] == "dispatched"
        alarms = http.get("/v1/complaints/alarms", params={"kind": "process_not_published", "limit": 500}, headers=BOSS)
        assert held in [one["order_no"] for one in alarms.json()["items"]]

    def test_only_a_supervisor_decides(self, post):
        agent = {**BOSS, "X-Role": "agent"}
        assert post("/v1/processes/apply.home@1/launches", {"checklist": READY}, **agent).status_code == 403
        assert launch(post, "apply.nowhere@1", checklist=READY).status_code == 404

    def test_what_was_decided_stays_on_record(self, post, http):
        launch(post, "praise.standard@1", checklist=READY)
        rows = http.get("/v1/processes/launches", headers=BOSS).json()["items"]
        assert [r["actor"] for r in rows if r["code"] == "praise.standard@1"] == ["M1001"]


def _template(version, *, kinds=(), categories=()):
    return Template("p", version, "", "apply", frozenset(categories), frozenset(kinds), date(2026, 1, 1), (), "set")


@pytest.mark.row("S86")
class TestVersions:
    def test_the_newest_version_in_use_is_taken(self):
        both = [_template(1), _template(2)]
        assert book.choose(both, "apply", None, None, frozenset({"p@1", "p@2"})) is both[1]
        assert book.choose(both, "apply", None, None, frozenset({"p@1"})) is both[0]

    def test_without_one_in_use_the_newest_draft_waits(self):
        both = [_template(1), _template(2)]
        assert book.choose(both, "apply", None, None, frozenset()) is both[1]

    def test_nothing_fits_another_type(self):
        assert book.choose([_template(1)], "praise", None, None, frozenset()) is None
