"""Whatever is promised, whenever, however often it stands still: marks keep their order, nothing is negative."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.ticketing import calendar, commitments
from backends.ticketing.clocks import spans
from backends.ticketing.commitments import Commitment
from kernel import clock

# Three years around a leap day, holidays with and without a table, and the hour a zone with summer time would lose.
MOMENTS = st.integers(0, 3 * 366 * 86_400).map(lambda s: datetime(2026, 1, 1, tzinfo=clock.TZ) + timedelta(seconds=s))
PROMISES = st.sampled_from(commitments.load())
WARNS = st.sampled_from([None, "quarter", "day", "workday"])
STANDS = st.lists(st.tuples(st.integers(0, 10 * 86_400), st.integers(0, 10 * 86_400)), max_size=4)


@given(PROMISES, MOMENTS, WARNS)
def test_marks_of_a_promise_are_in_order(promise: Commitment, start: datetime, warns):
    due = promise.end(start)
    span = spans.of(promise, start, due, warns)
    assert start < due < span.over_half_at
    assert span.warn_at is None or span.warn_at < due
    assert due.tzinfo == clock.TZ


@given(PROMISES, MOMENTS, STANDS)
def test_standing_still_never_shortens_a_promise_nor_makes_what_is_left_negative(promise, start, stands):
    due, now = promise.end(start), start
    for wait_s, stand_s in stands:
        stood_from = now + timedelta(seconds=wait_s)
        now = stood_from + timedelta(seconds=stand_s)
        before, due = due, spans.moved(promise.unit, due, stood_from=stood_from, until=now)
        assert due >= before
        assert spans.left(promise.unit, due, now=now) >= timedelta(0)


@given(PROMISES, MOMENTS, st.integers(1, 5 * 86_400))
def test_what_was_left_before_a_pause_is_left_after_it(promise, start, stand_s):
    due = promise.end(start)
    until = start + timedelta(seconds=stand_s)
    moved = spans.moved(promise.unit, due, stood_from=start, until=until)
    if promise.unit in spans.WORKING:
        assert calendar.work_time(until, moved) == calendar.work_time(start, due)
    else:
        assert moved - until == due - start


@given(MOMENTS, st.integers(0, 200))
def test_working_time_added_is_working_time_counted(start, quarters):
    length = timedelta(minutes=15 * quarters)
    assert calendar.work_time(start, calendar.add_work_time(start, length)) == length


@pytest.mark.parametrize("zone", ["+00:00", "-08:00", "+14:00"])
def test_a_caller_from_any_zone_is_promised_the_same_moment(zone):
    here = datetime(2028, 2, 29, 23, 30, tzinfo=clock.TZ)
    there = here.astimezone(datetime.fromisoformat(f"2028-02-29T00:00:00{zone}").tzinfo)
    for kpi, narrow in (("on_site", "urban"), ("complaint_reply", None), ("suggestion_reply", None)):
        assert commitments.due(kpi, there, narrow) == commitments.due(kpi, here, narrow)
