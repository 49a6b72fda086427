"""The sample utility's crews."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.sample.crews import CREWS
from backends.ticketing.dispatch.models import Crew

_SKILLS = ["low_voltage", "high_voltage", "emergency", "metering"]


async def load(session: AsyncSession) -> None:
    """Those that are missing; who is there stays as they are."""
    for number, crew in enumerate(CREWS, 1):
        begins, ends = crew.shift
        values = {
            "crew_no": f"QX-{number:02d}",
            "name": crew.name,
            "districts": list(crew.districts),
            "skills": _SKILLS,
            "duty": [{"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"}],
            "members": list(crew.staff_nos),
            "is_active": True,
        }
        await session.execute(insert(Crew).values(values).on_conflict_do_nothing())
