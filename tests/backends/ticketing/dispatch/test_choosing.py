"""Which crew goes, as a rule without a database."""

from __future__ import annotations

from datetime import datetime

import pytest

from backends.ticketing.dispatch.choosing import Candidate, Need, choose, is_on_duty
from kernel import clock

NEED = Need("东湖区", "low_voltage", 4)
DAY, NIGHT = [{"from": "08:00", "to": "20:00"}], [{"from": "20:00", "to": "08:00"}]


def crew(number: str, *districts: str, **fields) -> Candidate:
    defaults = {"skills": ("low_voltage", "emergency"), "is_on_duty": True}
    return Candidate(number, districts or ("东湖区",), **{**defaults, **fields})


def chosen(need: Need, *crews: Candidate) -> str | None:
    found = choose(need, crews)
    return found.crew_no if found else None


def test_the_areas_own_crew_goes_before_one_that_helps_there():
    assert chosen(NEED, crew("A", "滨河区", "东湖区"), crew("B", "东湖区")) == "B"


def test_a_free_helper_goes_when_the_own_crew_has_its_hands_full():
    assert chosen(NEED, crew("A", "滨河区", "东湖区"), crew("B", "东湖区", busy=3)) == "A"


def test_who_has_less_in_hand_goes():
    assert chosen(NEED, crew("A", busy=2), crew("B", busy=1)) == "B"


@pytest.mark.parametrize("lacking", [{"is_on_duty": False}, {"skills": ("metering",)}])
def test_who_is_off_duty_or_not_trained_for_it_is_not_asked(lacking):
    assert chosen(NEED, crew("A", **lacking)) is None


def test_nobody_is_sent_where_they_do_not_serve():
    assert chosen(NEED, crew("A", "青石乡")) is None


def test_who_passed_is_asked_again_only_after_the_others():
    assert chosen(NEED, crew("A", passed=1), crew("B", "滨河区", "东湖区", busy=4)) == "B"
    assert chosen(NEED, crew("A", passed=1)) == "A"


def test_a_life_support_user_is_offered_to_the_near_crew_though_it_is_mending_fuses():
    near, far = crew("A", busy=4, urgent=0), crew("B", "滨河区", "东湖区", busy=0)
    assert chosen(Need("东湖区", "low_voltage", 2), near, far) == "A"
    assert chosen(NEED, near, far) == "B"


@pytest.mark.parametrize(
    ("duty", "hour", "works"),
    [(DAY, 8, True), (DAY, 20, False), (NIGHT, 20, True), (NIGHT, 0, True), (NIGHT, 7, True), (NIGHT, 8, False),
     ([{"from": "00:00", "to": "00:00"}], 3, True), ([], 12, False)],
)  # fmt: skip
def test_a_shift_holds_its_first_hour_and_not_its_last_and_goes_over_midnight(duty, hour, works):
    assert is_on_duty(duty, datetime(2026, 11, 24, hour, tzinfo=clock.TZ)) is works
