"""What happens to one clock: it starts, stands, runs on, is met or stopped, and its marks are passed, each once."""

from __future__ import annotations

from datetime import datetime, timedelta

from backends.ticketing import commitments
from backends.ticketing.clocks import spans
from backends.ticketing.clocks.kinds import Kind
from backends.ticketing.clocks.models import Clock
from backends.ticketing.commitments import Commitment

STAGES: tuple[tuple[str, str, str], ...] = (
    ("warned", "warn_at", "warned_at"),
    ("breached", "due_at", "breached_at"),
    ("breached_half", "over_half_at", "breached_half_at"),
)
"""Event, the mark it stands at, where it is written down that it has happened."""


def promise_of(kind: Kind, narrowed_by: str | None, on: datetime) -> Commitment:
    return commitments.in_force(kind.kpi, narrowed_by, on.date())


def start(order_no: str, kind: Kind, promise: Commitment, *, now: datetime, due_at: datetime | None = None) -> Clock:
    """A clock that runs from now; its marks that lie before now pass at the next look."""
    span = spans.of(promise, now, due_at or promise.end(now), kind.warns)
    clock = Clock(
        order_no=order_no,
        kind=kind.name,
        unit=promise.unit,
        started_at=now,
        due_at=span.due_at,
        warn_at=span.warn_at,
        over_half_at=span.over_half_at,
        paused_s=0,
    )
    _set_next(clock)
    return clock


def pause(clock: Clock, reason: str, *, now: datetime) -> bool:
    """Whether it stands now because of this: one that stands already keeps its first reason."""
    if clock.paused_at is not None:
        return False
    clock.paused_at, clock.paused_reason = now, reason
    _set_next(clock)
    return True


def resume(clock: Clock, *, now: datetime, at_most: timedelta | None = None) -> timedelta:
    """Let it run on; gives how long it stood, as far as standing is allowed."""
    if clock.paused_at is None:
        return timedelta(0)
    stood = max(now - clock.paused_at, timedelta(0))
    if at_most is not None:
        stood = min(stood, max(at_most - timedelta(seconds=clock.paused_s), timedelta(0)))
    since, until = clock.paused_at, clock.paused_at + stood
    clock.due_at = spans.moved(clock.unit, clock.due_at, stood_from=since, until=until)
    clock.over_half_at = spans.moved(clock.unit, clock.over_half_at, stood_from=since, until=until)
    if clock.warn_at is not None:
        clock.warn_at = spans.moved(clock.unit, clock.warn_at, stood_from=since, until=until)
    clock.paused_s += int(stood.total_seconds())
    clock.paused_at = clock.paused_reason = None
    _set_next(clock)
    return stood


def meet(clock: Clock, *, now: datetime, at_most: timedelta | None = None) -> timedelta:
    stood = resume(clock, now=now, at_most=at_most)
    clock.met_at, clock.next_at = now, None
    return stood


def stop(clock: Clock, *, now: datetime, at_most: timedelta | None = None) -> timedelta:
    """The promise is void: the order is finished another way, or another clock took over."""
    stood = resume(clock, now=now, at_most=at_most)
    clock.stopped_at, clock.next_at = now, None
    return stood


def pass_marks(clock: Clock, *, now: datetime) -> list[str]:
    """The stages that have come by now and were not yet written down, in their order; writes them down."""
    passed = []
    for event, mark, written in STAGES:
        at = getattr(clock, mark)
        if at is not None and at <= now and getattr(clock, written) is None:
            setattr(clock, written, now)
            passed.append(event)
    _set_next(clock)
    return passed


def _set_next(clock: Clock) -> None:
    ahead = [
        at for _, mark, written in STAGES if (at := getattr(clock, mark)) is not None and not getattr(clock, written)
    ]
    clock.next_at = min(ahead) if ahead and clock.is_open and clock.paused_at is None else None
