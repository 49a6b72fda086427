"""Later work of imports."""

from __future__ import annotations

from backends.ticketing.importing import service
from backends.ticketing.importing.models import Import
from kit import jobs


@jobs.task(service.TASK)
async def go_on(import_no: str) -> None:
    async with jobs.database().transaction() as session:
        kept = await session.get(Import, import_no, with_for_update=True)
        if kept is not None and kept.finished_at is None:
            await service.go_on(session, kept)
