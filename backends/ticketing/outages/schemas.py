"""What may be sent about outages, and how one is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backends.ticketing.fields import Line, Moment, Phone, Strict, Text500, Word, maybe
from backends.ticketing.machine import STATUS_ZH
from backends.ticketing.outages.machine import CREW_STATE, CREW_STATE_ZH
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders.views import iso
from kernel import clock

Kind = Literal["fault", "planned", "temporary", "suspension"]
_Building = Annotated[int, Field(ge=1, le=9999)]


class NewOutage(Strict):
    """A fault starts `declared` (or `suspected`), the other kinds `planned` and need `off_at` and `on_at`."""

    outage_kind: Kind = "fault"
    community: Word
    transformer_areas: Annotated[list[Word], Field(max_length=50)] = Field(default_factory=list)
    buildings: Annotated[list[tuple[_Building, _Building]], Field(max_length=50)] = Field(default_factory=list)
    reason_public: Line = "原因排查中"
    affected_count: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    is_suspected: bool = False
    first_reported_at: maybe(Moment) = None  # type: ignore[valid-type]
    off_at: maybe(Moment) = None  # type: ignore[valid-type]
    on_at: maybe(Moment) = None  # type: ignore[valid-type]
    eta_restore_at: maybe(Moment) = None  # type: ignore[valid-type]
    eta_confidence: Literal["low", "medium", "high"] | None = None
    crew_team: maybe(Word) = None  # type: ignore[valid-type]
    actor: Word = "dispatcher"


class OutageData(Strict):
    """What an event may change."""

    reason_public: Line | None = None
    affected_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    eta_restore_at: Moment | None = None
    eta_confidence: Literal["low", "medium", "high"] | None = None
    off_at: Moment | None = None
    on_at: Moment | None = None
    restored_at: Moment | None = None
    crew_team: Word | None = None


class OutageAct(Strict):
    event: Word
    role: Word
    actor: Word
    reason: maybe(Text500) = None  # type: ignore[valid-type]
    data: OutageData = Field(default_factory=OutageData)


class NewSubscription(Strict):
    phone: Phone
    channel: Literal["phone", "wechat", "web_chat", "sms", "email", "app"] = "sms"


def scope(outage: Outage) -> str:
    """Where, ready to say: 锦绣家园1–9栋."""
    return outage.community + "、".join(f"{a}栋" if a == b else f"{a}–{b}栋" for a, b in outage.buildings)


def effective_status(outage: Outage) -> str:
    """A planned outage whose hour has come is off, whether or not somebody has said so yet; not if it was refused."""
    has_come = outage.status == "planned" and outage.off_at is not None and outage.off_at <= clock.now()
    return "off" if has_come and outage.start_refused_at is None else outage.status


def view(outage: Outage) -> dict[str, Any]:
    now = clock.now()
    status = effective_status(outage)
    crew = CREW_STATE[status]
    eta = outage.eta_restore_at or (outage.on_at if outage.outage_kind != "fault" else None)
    age = int((now - outage.eta_updated_at).total_seconds() // 60) if outage.eta_updated_at else None
    running = status not in ("planned", "restored", "closed", "cancelled")
    return {
        "outage_no": outage.outage_no,
        "kind": outage.outage_kind,
        "status": status,
        "status_label": STATUS_ZH[status],
        "is_running": running,
        "community": outage.community,
        "district": outage.district or "",
        "scope": scope(outage),
        "transformer_areas": outage.transformer_areas,
        "buildings": outage.buildings,
        "area_kind": outage.area_kind,
        "cause": outage.reason_public,
        "households": outage.affected_count,
        "crew_state": crew,
        "crew_state_label": "检修中" if status == "off" else CREW_STATE_ZH[crew],
        "crew_team": outage.crew_team,
        "declared_by": outage.declared_by,
        "priority": outage.priority,
        "started_at": iso((outage.off_at or outage.first_reported_at) if running or outage.restored_at else None),
        "first_reported_at": iso(outage.first_reported_at),
        "on_site_by": iso(outage.on_site_by),
        "on_site_at": iso(outage.on_site_at),
        "eta_restore_at": iso(eta),
        "eta_updated_at": iso(outage.eta_updated_at),
        "eta_age_min": max(age, 0) if age is not None else None,
        "eta_confidence": outage.eta_confidence,
        "off_at": iso(outage.off_at),
        "on_at": iso(outage.on_at),
        "restored_at": iso(outage.restored_at),
        "closed_at": iso(outage.closed_at),
        "close_reason": outage.close_reason,
        "merged_into": outage.merged_into,
        "version": outage.version,
    }
