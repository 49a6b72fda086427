"""How clocks and escalations look to staff. Customers see the promise itself on their order, never these."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backends.ticketing.clocks import escalations, kinds, spans
from backends.ticketing.clocks.models import Clock, Escalation
from backends.ticketing.work_orders.views import iso

_TIMES = ("started_at", "due_at", "paused_at", "warned_at", "breached_at", "breached_half_at", "met_at", "stopped_at")


def clock(order_type: str, row: Clock, *, now: datetime) -> dict[str, Any]:
    """`left_s` is what was left when it ended or stood still, else what is left now; working hours count as such."""
    until = row.met_at or row.stopped_at or row.paused_at or now
    return {
        "kind": row.kind,
        "label": kinds.NAMES[order_type, row.kind].zh,
        "state": state(row, now=now),
        **{name: iso(getattr(row, name)) for name in _TIMES},
        "paused_reason": row.paused_reason,
        "paused_label": kinds.STANDS_ZH[row.paused_reason] if row.paused_reason else None,
        "paused_s": row.paused_s,
        "left_s": int(spans.left(row.unit, row.due_at, now=until).total_seconds()),
    }


def state(row: Clock, *, now: datetime) -> str:
    """`met`, `met_late` and `stopped` have ended; else `paused`, `breached`, `warned` or `running`."""
    if row.met_at is not None:
        return "met" if row.met_at <= row.due_at else "met_late"
    if row.stopped_at is not None:
        return "stopped"
    if row.paused_at is not None:
        return "paused"
    if now >= row.due_at:
        return "breached"
    return "warned" if row.warned_at is not None else "running"


def escalation(row: Escalation) -> dict[str, Any]:
    own = ("id", "order_no", "order_type", "team", "level", "told", "why", "clock")
    return {
        **{name: getattr(row, name) for name in own},
        "told_label": escalations.TOLD_ZH[row.told],
        **{name: iso(getattr(row, name)) for name in ("at", "due_at", "act_by", "closed_at")},
        "is_open": row.closed_at is None,
    }
