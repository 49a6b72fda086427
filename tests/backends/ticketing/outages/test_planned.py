"""Planned outages keep their announced hours; running ones are spoken of every half hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel import clock


@pytest.fixture
def planned(post, area):
    """A planned outage so many days ahead, four hours long."""

    def declare(*, days: int, **fields) -> str:
        off = clock.now() + timedelta(days=days)
        times = {"off_at": off.isoformat(), "on_at": (off + timedelta(hours=4)).isoformat()}
        body = {"outage_kind": "planned", "community": f"{area}村", "transformer_areas": [area], **times, **fields}
        answer = post("/v1/outages", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["outage_no"]

    return declare


@pytest.fixture
def happened(served):
    """The events of an outage, oldest first."""
    import psycopg

    def read(number: str) -> list[str]:
        with psycopg.connect(served.database_url.replace("+psycopg", "", 1)) as link:
            rows = link.execute(
                "SELECT event FROM ticketing.outage_events WHERE outage_no = %s ORDER BY id", (number,)
            ).fetchall()
        return [row[0] for row in rows]

    return read


@pytest.mark.row("S77")
def test_power_goes_off_at_the_hour_and_is_excused_when_it_is_not_back(planned, see, work, move, happened):
    number = planned(days=8)
    work(days=8, minutes=-1)
    assert see(number)["status"] == "planned"
    work(days=8)
    assert see(number)["status"] == "off"
    assert happened(number) == ["declare", "start"]

    work(days=8, hours=4)

    assert happened(number)[-1] == "overrun"
    later = {"eta_restore_at": (clock.now() + timedelta(days=8, hours=6)).isoformat()}
    assert move(number, "update_eta", "dispatcher", reason="换件", data=later).json()["eta_confidence"] == "medium"
    assert move(number, "restore", "dispatcher").json()["status"] == "restored"


@pytest.mark.row("S78")
def test_planned_outage_not_announced_in_time_is_not_carried_out(planned, see, work, happened, move):
    number = planned(days=5)
    work(days=5)
    assert (see(number)["status"], happened(number)[-1]) == ("planned", "refuse_start")
    with clock.hold(clock.now() + timedelta(days=5, minutes=5)):
        assert see(number)["is_running"] is False
        soon = {"off_at": (clock.now() + timedelta(days=3)).isoformat()}
        soon["on_at"] = (clock.now() + timedelta(days=3, hours=4)).isoformat()
        assert move(number, "postpone", "dispatcher", reason="改期", data=soon, ok=False).status_code == 409
        later = {"off_at": (clock.now() + timedelta(days=8)).isoformat()}
        later["on_at"] = (clock.now() + timedelta(days=8, hours=4)).isoformat()
        move(number, "postpone", "dispatcher", reason="改期", data=later)
    work(days=13, minutes=6)
    assert see(number)["status"] == "off"


def test_postponed_outage_does_not_start_at_its_old_hour(planned, see, work, move):
    number = planned(days=9)
    later = {"off_at": (clock.now() + timedelta(days=10)).isoformat()}
    later["on_at"] = (clock.now() + timedelta(days=10, hours=4)).isoformat()
    move(number, "postpone", "dispatcher", reason="天气", data=later)
    work(days=9, hours=1)
    assert see(number)["status"] == "planned"
    work(days=10)
    assert see(number)["status"] == "off"


def test_temporary_outage_needs_a_day(planned, see, work):
    number = planned(days=2, outage_kind="temporary")
    work(days=2)
    assert see(number)["status"] == "off"


def test_running_outage_without_a_new_time_is_reminded_every_half_hour(post, area, work, move, happened):
    number = post("/v1/outages", {"community": f"{area}村", "transformer_areas": [area]}).json()["outage_no"]
    work(minutes=29)
    assert "eta_stale" not in happened(number)
    work(minutes=30)
    move(number, "dispatch", "system")
    move(number, "arrive", reason="无定位")
    with clock.hold(clock.now() + timedelta(minutes=45)):
        told = {"reason_public": "熔断", "eta_restore_at": (clock.now() + timedelta(hours=1)).isoformat()}
        move(number, "diagnose", data=told)
    work(minutes=61)
    assert happened(number).count("eta_stale") == 1
    work(minutes=76)
    assert happened(number).count("eta_stale") == 2


def test_new_time_reaches_every_member(report, post, area, move, see):
    number = post("/v1/outages", {"community": f"{area}村", "transformer_areas": [area]}).json()["outage_no"]
    orders = [report() for _ in range(2)]
    move(number, "dispatch", "system")
    move(number, "arrive", reason="无定位")
    eta = "2026-11-24T18:00:00+08:00"
    move(number, "diagnose", data={"reason_public": "熔断", "eta_restore_at": eta, "eta_confidence": "low"})
    assert {see(o["order_no"])["details"]["eta_restore_at"] for o in orders} == {eta}
    assert (see(number)["eta_confidence"], see(number)["eta_age_min"]) == ("low", 0)
