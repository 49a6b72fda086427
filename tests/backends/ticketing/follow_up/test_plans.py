"""Plans and the three surveys: cards, a drawn sample, a public questionnaire."""

from __future__ import annotations

import pytest

from kernel import clock

STAFF = {"X-View": "staff"}
CLOSING = {
    "summary": "共访两户，一户满意，一户嫌慢，已排改进。",
    "improvement_items": [{"words": "夜间加一班抢修", "responsible": "抢修一班", "due_on": "2026-12-31"}],
}


def plan_of(method: str, community: str | None = None, **fields):
    today = clock.now().astimezone(clock.TZ).date().isoformat()
    scope = {"order_types": ["fault_report"], "closed_from": today, "closed_until": today, "community": community}
    return {
        "title": "十一月报修回访",
        "method": method,
        "owner": "V8000",
        "start_on": today,
        "end_on": today,
        **({} if method == "questionnaire" else {"scope": scope}),
        **fields,
    }


@pytest.fixture
def repaired_in(file_fault, repair):
    """So many repaired reports of a community."""

    def repairs(community: str, count: int) -> None:
        for number in range(count):
            report = file_fault(address=f"{community}{number + 1}号楼{number + 101}", community=community)
            repair(report.json()["order_no"])

    return repairs


@pytest.mark.row("S14")
@pytest.mark.row("S15")
@pytest.mark.row("S37")
@pytest.mark.row("S75")
@pytest.mark.row("S108")
@pytest.mark.row("S116")
def test_a_sample_is_drawn_asked_summed_up_and_closed(post, http, repaired_in):
    repaired_in("望江苑", 3)
    plan = post("/v1/follow-up-plans", plan_of("sampling", "望江苑", sample_size=2), **STAFF).json()
    assert plan["plan_no"].startswith("HFJH-2026")
    assert plan["asked_count"] == 2
    found = http.get("/v1/work-orders", params={"order_type": "follow_up", "limit": 100}, headers=STAFF).json()
    ours = [o["order_no"] for o in found["items"] if o["details"]["plan_no"] == plan["plan_no"]]
    for number, score in zip(ours, (5, 2), strict=True):
        body = {"result": "answered", "actor": "V8001", "answers": {"q1_restored": "yes", "q2_score": score}}
        assert post(f"/v1/follow-ups/{number}/attempts", body, **STAFF).status_code == 201
    read = http.get(f"/v1/follow-up-plans/{plan['plan_no']}", headers=STAFF).json()
    assert (read["done_count"], read["unsatisfied_count"], read["satisfaction_percent"]) == (2, 1, 50.0)
    path = f"/v1/follow-up-plans/{plan['plan_no']}/closing"
    assert post(path, {"summary": "好"}, **STAFF).status_code == 422, "without a summary it stays open"
    closed = post(path, CLOSING, **STAFF).json()
    assert (closed["status"], closed["improvement_items"][0]["responsible"]) == ("closed", "抢修一班")
    assert post(path, CLOSING, **STAFF).status_code == 409


@pytest.mark.row("S55")
@pytest.mark.row("S74")
@pytest.mark.row("S75")
def test_a_questionnaire_is_open_to_anybody_and_keeps_nobodys_name(post, http):
    plan = post("/v1/follow-up-plans", plan_of("questionnaire"), **STAFF).json()
    for score in (5, 4, 1):
        sheet = {"q2_score": score, "q3_speed": 5, "q4_attitude": 4, "q3_words": "来得快"}
        assert post(f"/v1/questionnaires/{plan['link_code']}", sheet).status_code == 201
    read = http.get(f"/v1/follow-up-plans/{plan['plan_no']}", headers=STAFF).json()
    assert (read["answered_count"], read["satisfaction_percent"]) == (3, 66.7)
    post(f"/v1/follow-up-plans/{plan['plan_no']}/closing", {"summary": "三份问卷，两份满意。"}, **STAFF)
    assert post(f"/v1/questionnaires/{plan['link_code']}", {"q2_score": 5}).status_code == 409


@pytest.mark.row("S75")
def test_cards_go_to_whom_was_drawn(post, http, repaired_in):
    repaired_in("阳光里", 1)
    plan = post("/v1/follow-up-plans", plan_of("card", "阳光里"), **STAFF).json()
    found = http.get("/v1/work-orders", params={"order_type": "follow_up", "limit": 100}, headers=STAFF).json()
    ours = [o["details"]["method"] for o in found["items"] if o["details"]["plan_no"] == plan["plan_no"]]
    assert ours
    assert set(ours) == {"card"}


@pytest.mark.parametrize(
    "wrong",
    [{"end_on": "2020-01-01"}, {"sample_size": 0}, {"scope": None}, {"method": "telepathy"}, {"surplus": 1}],
)
def test_a_plan_that_makes_no_sense_is_refused(post, wrong):
    assert post("/v1/follow-up-plans", {**plan_of("card"), **wrong}, **STAFF).status_code == 422


def test_plans_are_for_staff(post):
    assert post("/v1/follow-up-plans", plan_of("card")).status_code == 403
