"""The desk's API. Every route but the log-in needs a session; every write needs its CSRF token."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response, WebSocket, WebSocketDisconnect

from desk import sessions, views
from desk.logins import SignedIn
from desk.schemas import AnswerIn, CloseIn, GiveBackIn, LoginIn, RevealIn, TransferIn
from desk.sessions import Door
from gateway.conversations.errors import NotYours
from gateway.conversations.schemas import Contact, Overview
from gateway.conversations.service import Conversations
from gateway.conversations.states import PERSON_OWNED, WAITING
from kernel.errors import ServiceError
from kit.web import problem_response

COOKIE = "denghuo_desk"
_LOOK_S = 5.0
_CHECK_SESSION_EVERY = 6  # looks

router = APIRouter(prefix="/desk/api", include_in_schema=False)
ConversationId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def _talks(request: Request) -> Conversations:
    talks: Conversations = request.app.state.conversations
    return talks


Talks = Annotated[Conversations, Depends(_talks)]
_reader = sessions.reader_of(COOKIE, is_crew=False)


async def _writer(request: Request, who: Annotated[SignedIn, Depends(_reader)]) -> SignedIn:
    return sessions.check_token(request, who)


Reader = Annotated[SignedIn, Depends(_reader)]
Writer = Annotated[SignedIn, Depends(_writer)]


def _contact(who: SignedIn) -> Contact:
    return Contact(who.agent_id, who.name)


@router.post("/login")
async def log_in(body: LoginIn, request: Request, response: Response, logins: Door) -> dict[str, Any]:
    sessions.same_origin(request.headers.get("origin"), request.headers.get("host"))
    cookie, who = await logins.log_in(body.login.strip(), body.password)
    sessions.of_page(who, is_crew=False)
    sessions.keep(request, response, COOKIE, cookie, path="/desk")
    return sessions.me(who)


@router.post("/logout", status_code=204)
async def log_out(response: Response, who: Writer, logins: Door) -> None:
    await logins.log_out(who)
    response.delete_cookie(COOKIE, path="/desk")


@router.get("/me")
async def me(who: Reader) -> dict[str, Any]:
    return sessions.me(who)


@router.get("/waiting")
async def waiting(who: Reader, talks: Talks) -> dict[str, Any]:
    """Who waits, next first, and whom this agent serves."""
    rows = await talks.waiting(_contact(who))
    return {"rows": [views.waiting_row(row, who.agent_id) for row in rows]}


async def _visible(talks: Conversations, conversation_id: str, who: SignedIn) -> Overview:
    """Only what waits for a person, or is this agent's own."""
    talk = await talks.overview(conversation_id)
    if talk.owner in WAITING or (talk.owner in PERSON_OWNED and talk.agent_id == who.agent_id):
        return talk
    raise NotYours("this talk neither waits nor is yours", owner=talk.owner)


@router.get("/conversations/{conversation_id}")
async def transcript(
    conversation_id: ConversationId, who: Reader, talks: Talks, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> dict[str, Any]:
    """The transcript and what the bot learnt and did, numbers masked."""
    talk = await _visible(talks, conversation_id, who)
    return await _shown(talks, talk, after, is_masked=True)


@router.post("/conversations/{conversation_id}/reveal")
async def reveal(conversation_id: ConversationId, body: RevealIn, who: Writer, talks: Talks, logins: Door) -> Any:
    """The same unmasked, for the agent who serves it, with a reason and a trace."""
    talk = await _visible(talks, conversation_id, who)
    if talk.agent_id != who.agent_id:
        raise NotYours("take the talk first")
    await logins.write_trace(who, "revealed", conversation_id, body.reason)
    return await _shown(talks, talk, 0, is_masked=False)


async def _shown(talks: Conversations, talk: Overview, after: int, *, is_masked: bool) -> dict[str, Any]:
    said = await talks.messages_after(talk.conversation_id, after)
    return {
        "conversation": views.overview(talk, is_masked=is_masked),
        "messages": [views.message(line, is_masked=is_masked) for line in said.messages],
    }


@router.post("/conversations/{conversation_id}/take")
async def take(conversation_id: ConversationId, who: Writer, talks: Talks, logins: Door) -> dict[str, Any]:
    """Take it over; the second of two gets 409."""
    await talks.take(conversation_id, _contact(who))
    await logins.write_trace(who, "took", conversation_id)
    return await _shown(talks, await talks.overview(conversation_id), 0, is_masked=True)


@router.post("/conversations/{conversation_id}/answer")
async def answer(conversation_id: ConversationId, body: AnswerIn, who: Writer, talks: Talks) -> dict[str, Any]:
    key = f"agent:{who.agent_id}:{body.message_key}"
    return {"seq": await talks.answer(conversation_id, _contact(who), body.text, key=key)}


@router.post("/conversations/{conversation_id}/give-back")
async def give_back(
    conversation_id: ConversationId, body: GiveBackIn, who: Writer, talks: Talks, logins: Door
) -> dict[str, Any]:
    learnt: dict[str, Any] = {"facts": [list(fact) for fact in body.facts], "done": body.done}
    if body.note.strip():
        learnt["note"] = body.note.strip()
        learnt["done"] = [*body.done, f"坐席 {who.agent_id}：{body.note.strip()}"]
    accepted = await talks.give_back(conversation_id, _contact(who), learnt)
    await logins.write_trace(who, "gave_back", conversation_id, body.note)
    return {"seq": accepted.seq}


@router.post("/conversations/{conversation_id}/transfer")
async def transfer(conversation_id: ConversationId, body: TransferIn, who: Writer, talks: Talks) -> dict[str, Any]:
    await talks.transfer(conversation_id, _contact(who), skill=body.skill, reason=body.reason)
    return {}


@router.post("/conversations/{conversation_id}/close")
async def close(
    conversation_id: ConversationId, body: CloseIn, who: Writer, talks: Talks, logins: Door
) -> dict[str, Any]:
    await talks.close(conversation_id, actor=f"agent:{who.agent_id}", reason=body.reason or "坐席办结")
    await logins.write_trace(who, "closed", conversation_id, body.reason)
    return {}


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """`{"changed": id}` whenever a talk that people own changes; an empty id: look at everything."""
    try:
        sessions.same_origin(socket.headers.get("origin"), socket.headers.get("host"))
        sessions.of_page(await socket.app.state.logins.signed_in(socket.cookies.get(COOKIE)), is_crew=False)
    except ServiceError as err:
        await socket.send_denial_response(problem_response(err))
        return
    await socket.accept()
    sender, listener = asyncio.create_task(_tell(socket)), asyncio.create_task(_until_gone(socket))
    try:
        await asyncio.wait({sender, listener}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sender, listener):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError, ServiceError):
                await task
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(1012)


async def _tell(socket: WebSocket) -> None:
    talks: Conversations = socket.app.state.conversations
    async with talks.wakeups.desk() as changes:
        looks = 0
        while True:
            looks += 1
            try:
                changed = await asyncio.wait_for(changes.get(), _LOOK_S)
                await socket.send_json({"changed": changed})
            except TimeoutError:
                if looks % _CHECK_SESSION_EVERY == 0:  # logged out elsewhere, or past the session's end
                    await socket.app.state.logins.signed_in(socket.cookies.get(COOKIE))
                await socket.send_json({"alive": True})


async def _until_gone(socket: WebSocket) -> None:
    while True:
        await socket.receive_text()
