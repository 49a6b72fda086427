"""A promise in danger is told of before it breaks, when it broke, and half its time later: each once, always higher."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from backends.ticketing.clocks import firing
from kernel import clock
from kit.db import Database

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MARKS = ["warned", "breached", "breached_half"]


@pytest.fixture
def accepted(file_fault, move):
    """A report of the city that a crew has taken: the crew must be there within 40 minutes."""

    def new(**fields) -> str:
        number = file_fault(**fields).json()["order_no"]
        move(number, "accept")
        return number

    return new


def marks_of(order) -> list[str]:
    return [e["event"] for e in order["events"] if e["event"] in MARKS]


@pytest.mark.row("S70")
@pytest.mark.row("S39")
@pytest.mark.parametrize(("area", "promised"), [("urban", 40), ("rural", 85), ("remote", 120)])
def test_crew_that_is_late_is_warned_of_then_told_of_then_told_of_higher(
    accepted, look, staff, told, clock_of, area, promised
):
    number, filed = accepted(area_kind=area), clock.now()

    assert look(number, filed + promised * 0.75 * MINUTE - timedelta(seconds=1)) is False
    assert look(number, filed + promised * 0.75 * MINUTE) is True
    assert staff(number)["escalation_level"] == 1
    look(number, filed + promised * MINUTE)
    with clock.hold(filed + promised * MINUTE):
        assert (staff(number)["escalation_level"], clock_of(number, "on_site")["state"]) == (2, "breached")
    look(number, filed + promised * 1.5 * MINUTE)

    assert marks_of(staff(number)) == MARKS
    assert [(row["level"], row["told_label"]) for row in told(number)] == [
        (1, "班组长"), (2, "值班长、部门负责人"), (3, "分管领导"),
    ]  # fmt: skip
    third = told(number)[-1]
    assert datetime.fromisoformat(third["act_by"]) - datetime.fromisoformat(third["at"]) == 2 * HOUR
    assert staff(number)["deadline_at"] == (filed + promised * MINUTE).isoformat(), "no promise changes by it"


def test_what_was_told_is_not_told_again(accepted, look, staff):
    number, late = accepted(), clock.now() + 40 * MINUTE
    assert look(number, late) is True
    assert look(number, late) is False
    assert look(number, late + MINUTE) is False
    assert marks_of(staff(number)) == ["warned", "breached"]


def test_two_workers_at_once_tell_once(accepted, staff, served):
    number = accepted()

    async def two() -> None:
        databases = [Database(served.database_url) for _ in range(2)]
        await asyncio.gather(*(fire(database) for database in databases for _ in range(5)))
        for database in databases:
            await database.close()

    async def fire(database: Database) -> bool:
        async with database.transaction() as session:
            return await firing.fire(session, number)

    with clock.hold(clock.now() + 41 * MINUTE), ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(two())).result()
    assert marks_of(staff(number)) == ["warned", "breached"]


def test_worker_that_comes_hours_late_tells_everything_in_its_order(accepted, look, staff, told):
    number = accepted()
    look(number, clock.now() + 5 * HOUR)
    assert marks_of(staff(number)) == MARKS
    assert [row["level"] for row in told(number)] == [1, 2, 3]


def test_crew_that_came_in_time_is_not_told_of(accepted, move, look, clock_of, staff):
    number, filed = accepted(), clock.now()
    with clock.hold(filed + 20 * MINUTE):
        move(number, "depart")
        move(number, "arrive", reason="无定位")

    look(number, filed + 50 * MINUTE)

    kept = clock_of(number, "on_site")
    assert (kept["state"], kept["left_s"]) == ("met", 20 * 60)
    assert marks_of(staff(number)) == []
    assert clock_of(number, "restore")["due_at"] == (filed + 20 * MINUTE + 3 * HOUR).isoformat()


def test_crew_that_came_late_has_met_it_late(accepted, move, clock_of):
    number = accepted()
    with clock.hold(clock.now() + 45 * MINUTE):
        move(number, "depart")
        move(number, "arrive", reason="无定位")
    assert (clock_of(number, "on_site")["state"], clock_of(number, "on_site")["left_s"]) == ("met_late", 0)


@pytest.mark.row("S49")
@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"hazard_kind": "line_down", "symptom": "line_damage"}, timedelta(seconds=60)),
        ({"is_life_support": True}, 5 * MINUTE),
        ({}, 10 * MINUTE),
    ],
)
def test_report_nobody_takes_goes_to_the_shift_leader_and_is_offered_again(
    file_fault, look, staff, told, fields, waits
):
    number, filed = file_fault(**fields).json()["order_no"], clock.now()
    assert look(number, filed + waits - timedelta(seconds=1)) is False

    look(number, filed + waits)

    order = staff(number)
    assert (order["escalation_level"], order["status"]) == (2, "dispatched")
    assert [e["event"] for e in order["events"]].count("no_answer") == 1
    assert [(row["level"], row["why"]) for row in told(number)] == [(2, "no_answer")]


@pytest.mark.row("S66")
def test_complaint_is_warned_of_a_day_before_its_five_days_end(file, look, staff, clock_of):
    number, filed = file("complaint", what_happened="停电没通知"), clock.now()
    assert clock_of(number, "reply")["due_at"] == (filed + 120 * HOUR).isoformat()
    look(number, filed + 95 * HOUR)  # the first call was missed long ago; the reply is not in danger yet
    before = {e["data"].get("clock") for e in staff(number)["events"] if e["event"] in MARKS}

    look(number, filed + 96 * HOUR)

    after = [e["data"]["clock"] for e in staff(number)["events"] if e["event"] == "warned"]
    assert (before, after) == ({"contact"}, ["contact", "reply"])


def test_complaint_that_lies_alarms_its_team_without_a_level(file, look, staff, told):
    number = file("complaint", what_happened="停电没通知")
    look(number, clock.now() + 5 * MINUTE)
    assert staff(number)["escalation_level"] == 0
    assert [(row["level"], row["told_label"], row["why"]) for row in told(number)] == [(0, "班组", "assign:breached")]


def test_what_other_rules_raise_is_told_of_too(file, told):
    number = file("complaint", what_happened="抢修车撞伤人", severity="major")
    assert [(row["level"], row["told"]) for row in told(number)] == [(3, "management")]


def test_urged_a_second_time_the_shift_leader_hears(accepted, post, told, phone):
    number = accepted()
    for _ in range(2):
        assert post(f"/v1/work-orders/{number}/urges", {"phone_last4": phone[-4:]}).status_code == 201
    assert [(row["level"], row["why"]) for row in told(number)] == [(2, "urge")]


class TestListing:
    def test_finished_orders_leave_the_list(self, accepted, look, told, move, phone):
        number = accepted()
        look(number, clock.now() + 40 * MINUTE)
        move(number, "withdraw", "customer", phone_last4=phone[-4:])
        assert told(number) == []
        assert [row["is_open"] for row in told(number, open=False)] == [False, False]

    def test_a_team_sees_its_own_page_by_page(self, accepted, look, http, staff):
        number = accepted()
        look(number, clock.now() + 40 * MINUTE)
        team = {"team": staff(number)["owner_team"], "limit": 1}
        headers = {"X-View": "staff"}

        first = http.get("/v1/escalations", params=team, headers=headers).json()
        second = http.get("/v1/escalations", params=team | {"before": first["next_before"]}, headers=headers).json()

        assert [page["items"][0]["order_no"] for page in (first, second)] == [number, number]
        assert [page["items"][0]["level"] for page in (first, second)] == [2, 1]

    def test_customers_do_not_see_it(self, http):
        assert http.get("/v1/escalations").status_code == 403
