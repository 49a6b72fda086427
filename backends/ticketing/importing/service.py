"""Filing the rows of a file, a few at a time: each once, each by the same rules as any order, and nobody is told."""

from __future__ import annotations

from typing import Any

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.importing.models import Import
from backends.ticketing.notices import service as notices
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.repository import by_key
from kernel.errors import ServiceError
from kit import jobs

TASK = "ticketing.importing.go_on"
BATCH = 50


async def go_on(session: AsyncSession, kept: Import) -> None:
    """The next rows of a locked import; a worker that dies leaves them for the next."""
    with notices.nobody_told():
        for place in range(kept.done, min(kept.done + BATCH, kept.total)):
            problem = await _file(session, kept, place)
            if problem:
                kept.refused = [*kept.refused, {"row": place + 1, "problem": problem}]
            kept.done = place + 1
    if kept.done < kept.total:
        await defer(session, kept)
    else:
        kept.finished_at, kept.rows = moment(), []


async def defer(session: AsyncSession, kept: Import) -> None:
    await jobs.defer(session, TASK, {"import_no": kept.import_no}, key=f"{TASK}:{kept.import_no}:{kept.done}")


async def _file(session: AsyncSession, kept: Import, place: int) -> str | None:
    """None when it was filed or stood already, else why it was refused. One bad row spoils no other."""
    row: dict[str, Any] = dict(kept.rows[place])
    key = f"import:{row.pop('idempotency_key', None) or f'{kept.sha256[:24]}:{place}'}"
    try:
        model = schemas.FILED[str(row.get("order_type"))]
        new = model.model_validate(row)
    except KeyError:
        return f"order_type {row.get('order_type')!r} is not one that is filed"
    except pydantic.ValidationError as err:
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in err.errors())[:500]
    if await by_key(session, key) is not None:
        kept.known += 1
        return None
    try:
        async with session.begin_nested():
            filed = await orders.file(session, new, key=key)
    except ServiceError as err:
        return f"{err.code}: {err}"[:500]
    kept.filed += filed.is_new
    kept.known += not filed.is_new
    return None
