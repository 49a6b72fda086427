"""What people are told of an outage: who has reported, who has subscribed, who lives there."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest

from kernel import clock


@pytest.fixture
def neighbour(phone):
    """A phone that belongs to nobody else."""
    return str(int(phone) + 10_000_000)


@pytest.fixture
def move(post):
    def act(number, event, role="crew", **fields):
        answer = post(f"/v1/outages/{number}/events", {"event": event, "role": role, "actor": "A1", **fields})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return act


@pytest.fixture
def subscribe(post, place):
    def make(phone, **fields):
        body = {"phone": phone, "community": place, "agreed": True, **fields}
        assert post("/v1/notice-subscriptions", body).status_code == 201

    return make


@pytest.fixture
def outage(post, place):
    def declare(**fields):
        body = {"community": place, "reason_public": "树压线", "affected_count": 88, "transformer_areas": [], **fields}
        answer = post("/v1/outages", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["outage_no"]

    return declare


@pytest.fixture
def planned(outage):
    def declare(**fields):
        hours = {"off_at": "2026-12-03T09:00:00+08:00", "on_at": "2026-12-03T15:00:00+08:00"}
        return outage(outage_kind="planned", reason_public="换线检修", **hours, **fields)

    return declare


def kinds(rows):
    return [row.kind for row in rows]


@pytest.mark.row("S77")
def test_sudden_outage_is_told_to_who_subscribed_to_the_place(subscribe, outage, told, neighbour, work, place):
    subscribe(neighbour)
    outage()
    work()
    (one,) = told(neighbour)
    assert (one.kind, one.state) == ("sudden_outage", "sent")
    assert one.text.startswith(f"给您添麻烦了，{place}正在停电，树压线，影响 88 户，来电时间查清后马上告诉您")


def test_suspicion_is_told_once_it_is_confirmed(subscribe, outage, told, neighbour, move):
    subscribe(neighbour)
    number = outage(is_suspected=True)
    assert told(neighbour) == []
    move(number, "confirm", "dispatcher")
    assert kinds(told(neighbour)) == ["sudden_outage"]


def test_each_turn_of_an_outage_is_told_with_old_and_new_time(subscribe, outage, told, neighbour, move, place):
    subscribe(neighbour)
    number = outage()
    move(number, "dispatch", "system")
    move(number, "arrive")
    move(number, "diagnose", data={"reason_public": "导线断", "eta_restore_at": "2026-11-24T17:00:00+08:00"})
    late = {"eta_restore_at": "2026-11-24T18:30:00+08:00"}
    move(number, "update_eta", reason="换件", data=late)
    soon = {"eta_restore_at": "2026-11-24T18:00:00+08:00"}
    move(number, "update_eta", reason="到货早", data=soon)
    move(number, "restore")
    rows = told(neighbour)
    assert [row.template for row in rows] == [
        "outage.declare", "outage.arrive", "outage.diagnose", "outage.update_eta.later", "outage.update_eta.sooner",
        "outage.restore",
    ]  # fmt: skip


def test_late_time_is_told_with_an_apology(subscribe, outage, told, neighbour, move, place, work):
    subscribe(neighbour)
    number = outage(eta_restore_at="2026-11-24T17:00:00+08:00")
    move(number, "dispatch", "system")
    move(number, "arrive")
    move(number, "diagnose", data={"reason_public": "导线断"})
    move(number, "update_eta", reason="换件", data={"eta_restore_at": "2026-11-24T18:30:00+08:00"})
    work()
    assert told(neighbour)[-1].text.startswith(f"很抱歉，{place}原说 17:00 来电，因换件要到 18:30。")
    assert told(neighbour)[-1].speech == "对不起，来电要推迟到晚上六点半。家里有病人请告诉我。"


def test_member_is_asked_and_subscriber_told_each_once(outage, told, neighbour, move, file_fault, post, phone, place):
    number = outage()
    file_fault(community=place, address=f"{place}3号楼", join_outage=number, is_neighbour_out="yes")
    post(f"/v1/outages/{number}/subscriptions", {"phone": neighbour})
    move(number, "dispatch", "system")
    move(number, "arrive")
    move(number, "diagnose", data={"reason_public": "导线断"})
    move(number, "restore")
    asked = [row for row in told(phone) if row.kind == "restoration"]
    assert [row.template for row in asked] == ["fault_report.parent_restored"]
    assert [row.template for row in told(neighbour) if row.kind == "restoration"] == ["outage.restore"]


def test_the_question_is_just_this(outage, told, move, file_fault, phone, place, work):
    number = outage()
    file_fault(community=place, address=f"{place}3号楼", join_outage=number, is_neighbour_out="yes")
    for event, role in (("dispatch", "system"), ("arrive", "crew")):
        move(number, event, role)
    move(number, "diagnose", data={"reason_public": "导线断"})
    move(number, "restore")
    work()
    asked = next(row for row in told(phone) if row.template == "fault_report.parent_restored")
    assert asked.text == "供电已恢复，您家来电了吗？回1已来电 回2没有"
    assert asked.speech == "供电已经恢复，您家来电了吗？来了请按一，没来请按二。"


class TestPlanned:
    OFF = datetime(2026, 12, 3, 9, tzinfo=clock.TZ)

    @pytest.mark.row("S28", "S77", "S78")
    def test_is_told_seven_and_three_days_before(self, subscribe, planned, told, neighbour, work):
        subscribe(neighbour)
        planned()
        work(self.OFF - timedelta(days=7, minutes=1))
        assert told(neighbour) == []
        work(self.OFF - timedelta(days=7))
        assert [row.template for row in told(neighbour)] == ["planned.first"]
        work(self.OFF - timedelta(days=3))
        assert [(row.template, row.times) for row in told(neighbour)] == [("planned.first", 1), ("planned.again", 1)]

    def test_declared_late_is_told_at_once(self, subscribe, outage, told, neighbour, work):
        subscribe(neighbour)
        hours = {"off_at": "2026-11-29T09:00:00+08:00", "on_at": "2026-11-29T15:00:00+08:00"}
        outage(outage_kind="planned", **hours)
        work()
        assert [row.template for row in told(neighbour)] == ["planned.first"]

    def test_households_of_the_utility_are_told_with_the_subscribers_and_nobody_twice(
        self, subscribe, planned, told, neighbour, phone, staff, work
    ):
        subscribe(neighbour)
        number = planned()
        draft = staff("/v1/notices", {"kind": "planned_outage", "outage_no": number, "actor": "K1"})
        path, listed = f"/v1/notices/{draft['notice_id']}", [{"phone": phone}, {"phone": neighbour}]
        staff(f"{path}/households", {"households": listed})
        staff(f"{path}/approval", {"actor": "K2"})
        work(self.OFF - timedelta(days=7))
        sent = [[row.template for row in told(who) if row.state == "sent"] for who in (phone, neighbour)]
        assert [len(templates) for templates in sent] == [1, 1]

    def test_moved_is_told_to_those_who_were_told_and_once_more_before_the_new_hour(
        self, subscribe, planned, told, neighbour, move, work, place
    ):
        subscribe(neighbour)
        number = planned()
        work(self.OFF - timedelta(days=7))
        late = str(int(neighbour) + 10_000_000)
        subscribe(late)
        with clock.hold(self.OFF - timedelta(days=6)):
            hours = {"off_at": "2026-12-10T09:00:00+08:00", "on_at": "2026-12-10T15:00:00+08:00"}
            move(number, "postpone", "dispatcher", reason="降雨", data=hours)
            work()
        assert [row.template for row in told(neighbour)][:2] == ["planned.first", "outage.postpone"]
        assert told(neighbour)[1].text == (
            f"{place}停电改期：原定 12月3日 09:00 至 15:00，改到 12月10日 09:00 至 15:00，因降雨。请照新时间准备。"
        )
        assert told(late) == []
        work(self.OFF - timedelta(days=3))  # of the old hour nobody is reminded
        assert len(told(neighbour)) == 2
        for days in (0, 4):  # a week and three days before the new one
            work(self.OFF + timedelta(days=days))
        assert [(row.template, row.times) for row in told(neighbour)[2:]] == [("planned.again", 1)] * 2

    @pytest.mark.row("S78")
    def test_called_off_is_told_to_exactly_those_who_were_told(
        self, subscribe, planned, told, neighbour, move, work, place
    ):
        subscribe(neighbour)
        number = planned()
        work(self.OFF - timedelta(days=7))
        late = str(int(neighbour) + 10_000_000)
        subscribe(late)
        with clock.hold(self.OFF - timedelta(days=5)):
            move(number, "cancel", "dispatcher", reason="改线路方案")
            work()
        assert [row.template for row in told(neighbour)] == ["planned.first", "outage.cancel"]
        assert told(neighbour)[1].text.startswith(f"{place}原定 12月3日 09:00 至 15:00 的停电取消了")
        assert told(late) == []

    def test_its_beginning_its_delay_and_its_end_are_told(self, subscribe, outage, told, neighbour, move, work):
        subscribe(neighbour)
        hours = {"off_at": "2026-11-29T09:00:00+08:00", "on_at": "2026-11-29T15:00:00+08:00"}
        number = outage(outage_kind="planned", **hours)
        work()
        with clock.hold(datetime(2026, 11, 29, 9, tzinfo=clock.TZ)):
            move(number, "start", "system")
        with clock.hold(datetime(2026, 11, 29, 15, 1, tzinfo=clock.TZ)):
            move(number, "overrun", "system")
        with clock.hold(datetime(2026, 11, 29, 16, tzinfo=clock.TZ)):
            move(number, "restore", "dispatcher")
            work()
        assert [(row.template, row.state) for row in told(neighbour)] == [
            (template, "sent") for template in ("planned.first", "outage.start", "outage.overrun", "outage.restore")
        ]

    def test_called_off_before_anybody_was_told_is_told_to_nobody(
        self, subscribe, planned, told, neighbour, move, work
    ):
        subscribe(neighbour)
        move(planned(), "cancel", "dispatcher", reason="改线路方案")
        work(self.OFF - timedelta(days=7))
        assert told(neighbour) == []


def test_subscribing_an_area_twice_is_once_and_ends_with_the_proof(post, http, phone, place):
    body = {"phone": phone, "community": place, "agreed": True}
    first, again = post("/v1/notice-subscriptions", body), post("/v1/notice-subscriptions", body)
    assert [(a.status_code, a.json()["is_new"]) for a in (first, again)] == [(201, True), (200, False)]
    assert first.json()["phone"] == f"{phone[:3]}****{phone[-4:]}"
    ask = {"phone": phone, "phone_last4": phone[-4:]}
    assert len(http.get("/v1/notice-subscriptions", params=ask).json()["items"]) == 1
    assert http.get("/v1/notice-subscriptions", params={"phone": phone}).status_code == 403

    path = f"/v1/notice-subscriptions/{first.json()['subscription_id']}/end"
    assert post(path, {"phone_last4": "0000"}).status_code == 403
    assert post(path, {"phone_last4": phone[-4:]}).json()["ended_at"] is not None
    assert http.get("/v1/notice-subscriptions", params=ask).json()["items"] == []


def test_guessing_the_proof_of_a_subscription_is_locked(post, phone, place):
    body = {"phone": phone, "community": place, "agreed": True}
    number = post("/v1/notice-subscriptions", body).json()["subscription_id"]
    path = f"/v1/notice-subscriptions/{number}/end"
    codes = [post(path, {"phone_last4": f"{n:04d}"}).status_code for n in range(6)]
    assert codes == [403] * 5 + [429]


def test_nobody_is_subscribed_without_having_agreed(post, phone, place):
    body = {"phone": phone, "community": place}
    assert post("/v1/notice-subscriptions", body).status_code == 422
    assert post("/v1/notice-subscriptions", {**body, "agreed": False}).status_code == 422
    assert post("/v1/notice-subscriptions", {"phone": phone, "address": "火星基地", "agreed": True}).status_code == 422


def test_critical_member_has_to_confirm_that_they_know(outage, file_fault, move, staff, place):
    number = outage()
    joins = {"community": place, "join_outage": number, "is_neighbour_out": "yes", "is_life_support": True}
    file_fault(address=f"{place}9号楼", **joins)
    move(number, "dispatch", "system")
    move(number, "arrive")
    arrived = next(n for n in staff(f"/v1/notices?outage_no={number}")["items"] if n["kind"] == "repair")
    assert staff(f"/v1/notices/{arrived['notice_id']}/report")["to_be_confirmed"] == 1


def test_an_account_is_subscribed_with_its_token_only(post, phone, place):
    body = {"phone": phone, "community": place, "account_no": "3100102346", "agreed": True}
    answer = post("/v1/notice-subscriptions", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity_required")


def test_sample_customers_heard_of_the_planned_outage_of_their_building(served, work):
    work()
    with psycopg.connect(served.database_url.replace("+psycopg", "", 1)) as link:
        buildings = link.execute(
            """SELECT s.building FROM ticketing.notice_subscriptions s
                 JOIN ticketing.notice_deliveries d ON d.phone = s.phone
                 JOIN ticketing.notices n ON n.notice_id = d.notice_id
                 JOIN ticketing.outages o ON o.outage_no = n.outage_no AND o.community = '锦绣家园'
                WHERE s.community = '锦绣家园' AND s.consent = 'sample' AND n.template = 'planned.first'"""
        ).fetchall()
    assert buildings
    assert all(1 <= building <= 9 for (building,) in buildings)
