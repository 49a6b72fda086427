"""Is there an outage where the caller lives? Told first of all, when it can be known quickly; skipped when it cannot.

The number is a hint of an area and nothing more: no name, no address, no account is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ivr import says
from kernel import clock
from kernel.dates_zh import speak_time
from kernel.errors import ServiceError
from kit import logging

log = logging.get("ivr.notice")
PATIENCE_S = 2.0


class Outages(Protocol):
    async def outages(self, *, community: str | None = None) -> Sequence[Any]: ...


class AreaHints(Protocol):
    async def area_hint(self, phone: str) -> Any: ...


@dataclass(frozen=True)
class Notice:
    place: str
    text: str


def _field(hint: Any, name: str) -> str | None:
    """A hint may be an object or a mapping, by the client in use."""
    value = hint.get(name) if isinstance(hint, dict) else getattr(hint, name, None)
    return value if isinstance(value, str) and value else None


async def _look(phone: str, billing: AreaHints, ticketing: Outages) -> Notice | None:
    hint = await billing.area_hint(phone)
    community = None if hint is None else _field(hint, "community")
    if community is None:
        return None
    found = await ticketing.outages(community=community)
    return notice_of(found, clock.now())


def notice_of(found: Sequence[Any], now: datetime) -> Notice | None:
    """What to say of the first running outage, else of one planned for today."""
    for outage in found:
        place = outage.community or outage.scope
        if outage.is_running:
            eta = outage.eta_restore_at
            restored = speak_time(eta) if eta is not None and eta > now else None
            return Notice(place, says.outage_notice(place, restored, says.crew(outage.crew_state)))
    for outage in found:
        off, on = outage.off_at, outage.on_at
        if outage.kind == "planned" and off is not None and on is not None and off.date() == now.date() and on > now:
            return Notice(outage.community, says.planned_notice(outage.community, says.span(off, on)))
    return None


async def find(phone: str | None, billing: AreaHints | None, ticketing: Outages | None) -> Notice | None:
    """The notice for this number; None when there is none, or nobody could say within two seconds."""
    if phone is None or billing is None or ticketing is None:
        return None
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _look(phone, billing, ticketing)
    except (ServiceError, TimeoutError) as err:
        log.warning("no area notice", reason=type(err).__name__)
        return None
