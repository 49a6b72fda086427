"""/v1/knowledge. Searching is for everybody (design 7); the rest, and what is for agents, needs the service token."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request

from clients.knowledge import wire
from clients.knowledge.entries import json_of
from clients.knowledge.errors import EntryNotFit
from clients.knowledge.protocol import Knowledge
from gateway.knowledge import schemas
from kernel.errors import Malformed
from kit.web import service_auth

router = APIRouter(prefix="/v1/knowledge", tags=["knowledge"])


def knowledge_of(request: Request) -> Knowledge:
    store: Knowledge = request.app.state.knowledge
    return store


async def service_only(request: Request) -> None:
    await service_auth(request.app.state.settings)(request)


def write_key(
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")] = None,
) -> str:
    """The key every write carries."""
    if idempotency_key is None:
        raise Malformed("a write needs the header Idempotency-Key", code="idempotency_key_missing")
    return idempotency_key


Store = Annotated[Knowledge, Depends(knowledge_of)]
Key = Annotated[str, Depends(write_key)]
EntryId = Annotated[str, Path(max_length=40, pattern=r"^[a-z]+-[0-9]{3,6}$")]
OURS: list[Any] = [Depends(service_only)]


@router.get("/search")
async def search(
    request: Request,
    store: Store,
    q: Annotated[str, Query(min_length=1, max_length=500)],
    limit: Annotated[int, Query(ge=1, le=10)] = 3,
    on: date | None = None,
    audience: Literal["customer", "agent"] = "customer",
) -> schemas.Search:
    """What the house would answer to a question of rules. `on` (another day) and `audience=agent` need the token."""
    if on is not None or audience != "customer":
        await service_only(request)
    return schemas.Search(**wire.found_json(await store.search(q, limit=limit, on=on, audience=audience)))


@router.get("/entries/{entry_id}", dependencies=OURS)
async def read_entry(entry_id: EntryId, store: Store) -> dict[str, Any]:
    return json_of(await store.entry(entry_id))


@router.put("/entries/{entry_id}", dependencies=OURS)
async def put_entry(entry_id: EntryId, body: schemas.EntryBody, store: Store, key: Key) -> dict[str, Any]:
    """Add or replace; it speaks from the next question on, on the days of its span."""
    if body.id != entry_id:
        raise EntryNotFit("the id in the path and in the body differ", fields=[{"at": "id", "problem": "differs"}])
    return json_of(await store.put(body.entry(), change=body.change.change(), key=key))


@router.post("/entries/{entry_id}/expiry", dependencies=OURS)
async def expire_entry(entry_id: EntryId, body: schemas.Expiry, store: Store, key: Key) -> dict[str, Any]:
    change = body.change.change()
    return json_of(await store.expire(entry_id, last_day=body.last_day, change=change, key=key))


@router.get("/entries/{entry_id}/versions", dependencies=OURS)
async def read_versions(entry_id: EntryId, store: Store) -> schemas.Items:
    return schemas.Items(items=[wire.version_json(one) for one in await store.versions(entry_id)])


@router.post("/entries/{entry_id}/ratings", status_code=201, dependencies=OURS)
async def rate_entry(entry_id: EntryId, body: schemas.Rating, store: Store, key: Key) -> dict[str, Any]:
    await store.rate(entry_id, is_useful=body.is_useful, key=key)
    return {"id": entry_id, "is_useful": body.is_useful}


@router.post("/unanswered", status_code=201, dependencies=OURS)
async def note_unanswered(body: schemas.Asked, store: Store, key: Key) -> dict[str, Any]:
    return wire.unanswered_json(await store.note_unanswered(body.question, key=key))


@router.get("/unanswered", dependencies=OURS)
async def read_unanswered(
    store: Store,
    state: Literal["open", "answered", "dismissed"] = "open",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.Items:
    """The most asked first."""
    return schemas.Items(items=[wire.unanswered_json(one) for one in await store.unanswered(state=state, limit=limit)])


@router.post("/unanswered/{unanswered_id}", dependencies=OURS)
async def settle_unanswered(
    unanswered_id: Annotated[str, Path(max_length=64, pattern=r"^[0-9a-f]+$")],
    body: schemas.Settled,
    store: Store,
    key: Key,
) -> dict[str, Any]:
    return wire.unanswered_json(await store.settle_unanswered(unanswered_id, state=body.state, key=key))


@router.get("/reviews", dependencies=OURS)
async def read_reviews(
    store: Store,
    owner: Annotated[str | None, Query(max_length=40)] = None,
    within_days: Annotated[int, Query(ge=0, le=366)] = 15,
) -> schemas.Items:
    """What each post must look at: its turn, an end that comes near, or three times running no help."""
    due = await store.due_for_review(owner=owner, within_days=within_days)
    return schemas.Items(items=[wire.review_json(one) for one in due])
