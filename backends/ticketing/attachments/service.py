"""Taking a file for an order, and giving it back."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.attachments import kinds
from backends.ticketing.attachments.errors import NotTaken, TooManyFiles
from backends.ticketing.attachments.kinds import Kind
from backends.ticketing.attachments.models import Attachment
from backends.ticketing.work_orders import noting
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder


def judged(data: bytes) -> tuple[Kind, bytes]:
    """What it is, and it without its traces. Raises NotTaken."""
    kind = kinds.kind_of(data[: kinds.HEAD])
    if kind is None:
        raise NotTaken("pictures (JPEG, PNG, WebP) and voices (WAV, MP3, OGG, AMR, M4A) are taken")
    try:
        return kind, kinds.without_traces(kind, data)
    except ValueError as err:
        raise NotTaken(str(err)) from err


async def attach(session: AsyncSession, order: WorkOrder, kind: Kind, data: bytes, *, by: str) -> Attachment:
    """A row and a line in the order's history; the same bytes twice are one file. The order is locked.

    Raises:
        TooManyFiles.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = await _same(session, order, digest)
    if known is not None:
        return known
    if len(order.attachment_keys) >= kinds.MOST_A_ORDER:
        raise TooManyFiles(f"at most {kinds.MOST_A_ORDER} files an order")
    made = Attachment(
        key=f"{secrets.token_hex(16)}.{kind.name}",
        order_no=order.order_no,
        media_type=kind.media_type,
        size=len(data),
        sha256=digest,
        brought_by=by,
        at=moment(),
    )
    session.add(made)
    order.attachment_keys = [*order.attachment_keys, made.key]
    await noting.note(session, order, Act("attach", by, by), {"key": made.key, "media_type": kind.media_type})
    return made


async def _same(session: AsyncSession, order: WorkOrder, digest: str) -> Attachment | None:
    for key in order.attachment_keys:
        found = await session.get(Attachment, key)
        if found is not None and found.sha256 == digest:
            return found
    return None
