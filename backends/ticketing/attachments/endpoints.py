"""/v1/work-orders/{no}/attachments: photos and voices, shown to whom the order is shown."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.attachments import kinds, service
from backends.ticketing.attachments.errors import AttachmentNotFound, TooLarge
from backends.ticketing.attachments.models import Attachment
from backends.ticketing.attachments.store import Store
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders import proofs, views
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.endpoints import Last4, OrderNo

router = APIRouter(prefix="/work-orders", tags=["attachments"])
FileKey = Annotated[str, Path(pattern=r"^[0-9a-f]{32}\.[a-z0-9]{3,4}$")]
_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip  # noqa: E501
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def _store(request: Request) -> Store:
    return Store(request.app.state.settings.home.resolve() / "attachments")


async def _body(request: Request) -> bytes:
    """Read piece by piece, and stopped at the limit: no header is trusted."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > kinds.MAX_BYTES:
            raise TooLarge(f"more than {kinds.MAX_BYTES} bytes")
    return bytes(data)


@router.post("/{order_no}/attachments", status_code=201, openapi_extra=_BYTES)
async def bring(order_no: OrderNo, request: Request, db: Db, key: Key, look: Looks, phone_last4: Last4 = None) -> Any:
    """The file itself is the body. What it is we see for ourselves; where a picture was taken is left out."""
    await proofs.require(db, order_no, replace(look, phone_last4=phone_last4))
    kind, data = service.judged(await _body(request))
    store, by = _store(request), "staff" if look.is_staff else "customer"
    made: list[str] = []

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order = await orders.get(session, order_no, lock=True)
        kept = await service.attach(session, order, kind, data, by=by)
        if store.read(kept.key) is None:
            made.append(kept.key)
            store.keep(kept.key, data)
        return 201, _shown(kept)

    asked = ["attachments", order_no, hashlib.sha256(data).hexdigest(), by]
    try:
        return await write_once(db, key, asked, run)
    except BaseException:
        for left in made:
            store.drop(left)  # what the order does not list is not kept
        raise


@router.get("/{order_no}/attachments")
async def list_attachments(order_no: OrderNo, db: Db, look: Looks, phone_last4: Last4 = None) -> dict[str, Any]:
    await proofs.require(db, order_no, replace(look, phone_last4=phone_last4))
    async with db.reading() as session:
        order = await orders.get(session, order_no)
        found = [await session.get(Attachment, key) for key in order.attachment_keys]
        return {"items": [_shown(one) for one in found if one is not None]}


@router.get("/{order_no}/attachments/{file_key}", response_class=Response)
async def read_attachment(
    order_no: OrderNo, file_key: FileKey, request: Request, db: Db, look: Looks, phone_last4: Last4 = None
) -> Response:
    """The bytes, to be saved and not to be run."""
    await proofs.require(db, order_no, replace(look, phone_last4=phone_last4))
    async with db.reading() as session:
        kept = await session.get(Attachment, file_key)
        data = _store(request).read(file_key) if kept is not None and kept.order_no == order_no else None
    if kept is None or data is None:
        raise AttachmentNotFound("no such file of this order")
    headers = {**_SAFE, "Content-Disposition": f'attachment; filename="{file_key}"'}
    return Response(data, media_type=kept.media_type, headers=headers)


def _shown(kept: Attachment) -> dict[str, Any]:
    return {
        "key": kept.key,
        "media_type": kept.media_type,
        "size": kept.size,
        "brought_by": kept.brought_by,
        "at": views.iso(kept.at),
    }
