"""Dated promises and the working calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from backends.ticketing import calendar, commitments
from backends.ticketing.commitments import Commitment
from kernel import clock


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.row("S97")
def test_promises_of_the_source_are_in_force_and_name_it():
    for kpi, narrow, value in (
        ("on_site", "urban", 40),
        ("on_site", "rural", 85),
        ("on_site", "remote", 120),
        ("complaint_reply", None, 120),
        ("whistle_blow_reply", None, 240),
    ):
        row = commitments.in_force(kpi, narrow, date(2026, 11, 24))
        assert row.value == value
        assert row.source.startswith("seed")


def test_newest_row_in_force_that_day_wins_and_old_orders_keep_theirs():
    rows = (
        Commitment("on_site", "urban", 45, "min", date(2026, 1, 1), "a"),
        Commitment("on_site", "urban", 40, "min", date(2026, 6, 1), "b"),
        Commitment("on_site", "urban", 30, "min", date(2027, 1, 1), "c"),
    )
    assert [commitments.in_force("on_site", "urban", day, rows).value for day in (
        date(2000, 1, 1), date(2026, 5, 31), date(2026, 6, 1), date(2026, 12, 31), date(2027, 1, 1),
    )] == [45, 45, 40, 40, 30]  # fmt: skip


def test_what_was_never_promised_is_an_error():
    with pytest.raises(LookupError):
        commitments.in_force("free_lunch", None, date(2026, 11, 24))


def test_every_row_has_a_date_a_unit_and_a_source():
    for row in commitments.load():
        assert isinstance(row.valid_from, date)
        assert row.unit in {"s", "min", "h", "workhour", "workday"}
        assert row.source.split(":")[0] in {"seed", "public", "set"}


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-24T14:32", 1, "2026-11-25T18:00"),
        ("2026-11-27T23:59", 1, "2026-11-30T18:00"),  # Friday night: Monday
        ("2026-09-30T10:00", 1, "2026-10-08T18:00"),  # the week of the national day is not worked
        ("2028-02-28T10:00", 1, "2028-02-29T18:00"),  # a leap day; a year without a holiday table
        ("2028-09-30T10:00", 1, "2028-10-04T18:00"),  # there too the days the law fixes are holidays
    ],
)
def test_working_days_end_at_six_and_skip_holidays(start, days, end):
    assert calendar.end_of_workday(at(start), days) == at(end)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24T14:32", 2, "2026-11-24T16:32"),
        ("2026-11-24T17:00", 2, "2026-11-25T10:00"),
        ("2026-11-24T03:00", 2, "2026-11-24T11:00"),
        ("2026-11-28T12:00", 2, "2026-11-30T11:00"),
    ],
)
def test_working_hours_stand_still_at_night_and_on_saturday(start, hours, end):
    assert calendar.add_work_hours(at(start), hours) == at(end)


def test_promise_is_the_same_moment_whatever_zone_it_was_asked_in():
    utc = datetime.fromisoformat("2026-11-24T16:30:00+00:00")  # already the 25th in Shanghai
    assert commitments.due("consult_first_reply", utc) == at("2026-11-26T18:00")
    assert commitments.due("on_site", utc, "urban").tzinfo == clock.TZ
