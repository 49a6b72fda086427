"""How an outage is told."""

from __future__ import annotations

from typing import Any

from actions import speaking
from clients.ticketing.protocol import Outage
from kernel import clock
from kernel.speech import speakable


def facts_of(outage: Outage) -> dict[str, Any]:
    """What the talk keeps of an outage (a slot, so plain JSON)."""
    return {
        "outage_no": outage.outage_no,
        "kind": outage.kind,
        "community": outage.community,
        "scope": outage.scope or outage.community,
    }


def response_of(outage: Outage) -> str:
    """The response that tells this outage, by what is known of it."""
    if outage.kind == "planned":
        return "utter_outage_planned_running" if outage.is_running else "utter_outage_planned"
    return "utter_outage_known_area" if outage.eta_restore_at else "utter_outage_cause_unknown"


def variables_of(outage: Outage) -> dict[str, Any]:
    """Values for the responses above."""
    values: dict[str, Any] = {
        "community": outage.community,
        "scope": outage.scope or outage.community,
        "scope_spoken": speakable(outage.scope or outage.community),
        "cause": outage.cause or "线路故障",
        "households": str(outage.households) if outage.households else "部分",
        "crew": _crew(outage),
    }
    if outage.eta_restore_at:
        values |= speaking.time_of("eta", outage.eta_restore_at)
    if outage.off_at and outage.on_at:
        values |= _window(outage)
    return values


def _crew(outage: Outage) -> str:
    states = {
        "on_site": "抢修已到现场",
        "repairing": "抢修已到现场",
        "en_route": "抢修正在赶来",
        "assigned": "已派抢修",
        "done": "抢修已完成",
    }
    return states.get(outage.crew_state, "已安排抢修")


def _window(outage: Outage) -> dict[str, str]:
    assert outage.off_at and outage.on_at
    off, on = outage.off_at.astimezone(clock.TZ), outage.on_at.astimezone(clock.TZ)
    day = "今天" if off.date() == clock.today() else f"{off.month}月{off.day}日"
    end = f"{on:%H:%M}" if on.date() == off.date() else f"{on.month}月{on.day}日 {on:%H:%M}"
    text = f"{day} {off:%H:%M} 到 {end}"
    return {"window": text, "window_spoken": speakable(text).replace("，", "")}
