"""Reports of one area become one outage; a hazard never disappears in it (domain/work-orders.md 6.3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import hypothesis
import pytest
from hypothesis import strategies as st

from kernel import clock


def _later(**span):
    return clock.hold(clock.now() + timedelta(**span))


def test_third_household_within_a_quarter_of_an_hour_makes_an_outage_of_all(report, see, area):
    first = report()
    with _later(minutes=6):
        second = report()
    with _later(minutes=12):
        third = report()

    assert [o["status"] for o in (first, second)] == ["dispatched"] * 2
    assert third["status"] == "merged"
    outage = see(third["parent_order_no"])
    assert (outage["status"], outage["declared_by"], outage["transformer_areas"]) == ("declared", "auto", [area])
    assert outage["on_site_by"] == first["details"]["on_site_by"]
    assert outage["first_reported_at"] == first["received_at"]
    for order in (first, second):
        assert see(order["order_no"])["parent_order_no"] == outage["outage_no"]


def test_two_households_whose_neighbours_are_out_are_enough(report):
    report(is_neighbour_out="yes")
    assert report(is_neighbour_out="yes")["status"] == "merged"


def test_two_households_are_not_enough_and_a_third_too_late_is_not_either(report):
    report()
    report()
    with _later(minutes=16):
        assert report()["status"] == "dispatched"


def test_report_of_an_area_already_known_joins_at_once_and_hears_of_it(report, post, area, move):
    known = {"community": f"{area}村", "transformer_areas": [area], "eta_restore_at": "2026-11-24T18:00:00+08:00"}
    number = post("/v1/outages", known).json()["outage_no"]

    joined = report()

    assert (joined["status"], joined["parent_order_no"]) == ("merged", number)
    assert joined["details"]["eta_restore_at"] == "2026-11-24T18:00:00+08:00"


def test_six_hours_after_the_first_report_an_outage_gathers_no_more(report, post, area):
    post("/v1/outages", {"community": f"{area}村", "transformer_areas": [area]})
    with _later(hours=6, minutes=1):
        assert report()["status"] == "dispatched"


def test_planned_outage_gathers_from_ten_minutes_before_to_half_an_hour_after(report, post, area):
    off, on = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=3)
    planned = {"outage_kind": "planned", "off_at": off.isoformat(), "on_at": on.isoformat()}
    number = post("/v1/outages", {"community": f"{area}村", "transformer_areas": [area], **planned}).json()["outage_no"]

    joins = {}
    for minutes in (49, 51, 209, 211):
        with _later(minutes=minutes):
            joins[minutes] = report()["parent_order_no"]

    assert joins == {49: None, 51: number, 209: number, 211: None}


@pytest.mark.parametrize(
    "own",
    [{"symptom": "flicker"}, {"is_breaker_tripped": "yes", "is_neighbour_out": "no"}, {"symptom": "breaker_trip"}],
)
def test_what_is_not_a_lost_supply_of_the_area_stands_alone(report, post, area, own):
    post("/v1/outages", {"community": f"{area}村", "transformer_areas": [area]})
    assert report(**own)["status"] == "dispatched"


def test_one_household_reporting_from_three_phones_is_one(report, area):
    orders = [report(address=f"{area}村7号") for _ in range(3)]
    assert {o["status"] for o in orders} == {"dispatched"}


def test_crew_that_is_there_keeps_its_order(report, move, see):
    first = report()
    for event in ("accept", "depart", "arrive"):
        move(first["order_no"], event, reason="无定位")
    report()
    report()
    with _later(minutes=1):
        last = report()
    assert last["status"] == "merged"
    assert see(first["order_no"])["status"] == "on_site"


def test_life_support_member_makes_the_outage_urgent(report, see):
    report(is_life_support=True)
    report()
    outage = report()["parent_order_no"]
    assert see(outage)["priority"] == 2


def test_hazard_is_related_to_the_outage_and_keeps_its_own_order(report, see):
    report()
    report()
    outage = report()["parent_order_no"]

    hazard = report(hazard_kind="line_down", symptom="line_damage")

    assert (hazard["status"], hazard["priority"], hazard["parent_order_no"]) == ("dispatched", 1, None)
    assert outage in hazard["related_order_nos"]
    assert see(outage)["priority"] == 1


HAZARDS = ["electric_shock", "line_down", "pole_fallen", "fire", "flood", "ev_charger", "tree", "gas", "meter_spark"]
REPORTS = st.fixed_dictionaries(
    {
        "symptom": st.sampled_from(["all_out", "partial_out", "flicker", "line_damage"]),
        "hazard_kind": st.one_of(st.just("none"), st.sampled_from(HAZARDS)),
        "is_neighbour_out": st.sampled_from(["yes", "no", "unknown"]),
        "is_breaker_tripped": st.sampled_from(["yes", "no", "unknown"]),
        "is_life_support": st.booleans(),
    }
)


@hypothesis.settings(
    max_examples=12, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(told=st.lists(REPORTS, min_size=3, max_size=8), round_=st.integers(0, 10**6))
def test_no_report_of_danger_is_ever_swallowed(report, see, area, told, round_):
    here = f"{area}-{round_}"
    where = {"transformer_area": here, "community": f"{here}村"}
    filed = [report(**where, **fields) for fields in told]
    for order, fields in zip(filed, told, strict=True):
        kept = see(order["order_no"])
        if fields["hazard_kind"] != "none":
            assert (kept["status"], kept["parent_order_no"], kept["priority"]) == ("dispatched", None, 1)
        elif kept["parent_order_no"]:
            assert kept["status"] == "merged"
    outages = {see(o["order_no"])["parent_order_no"] for o in filed} - {None}
    assert len(outages) <= 1


def test_sixty_at_once_make_one_outage(report, see):
    with ThreadPoolExecutor(8) as callers:
        orders = list(callers.map(lambda _: report(), range(60)))
    parents = {see(o["order_no"])["parent_order_no"] for o in orders}
    assert len(parents) == 1
    assert None not in parents
