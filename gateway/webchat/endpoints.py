"""HTTP and web socket in, no thinking."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response, WebSocket, WebSocketDisconnect

from gateway.conversations.schemas import Inbound, MessagesAfter, OpenConversation
from gateway.conversations.service import Conversations
from gateway.webchat import visitors
from gateway.webchat.errors import ChannelClosed
from gateway.webchat.limits import Rates
from gateway.webchat.schemas import AcceptedOut, MessageIn, MessagesOut, OpenedOut, OpenRequest, TurnOut
from kernel.errors import ServiceError
from kit.settings import Settings

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

GREETING_WAIT_S = 4.0
MOST_WAIT_S = 30.0
RESUME_ID_LENGTH = 16  # a shorter visitor id can be guessed, so it opens no door to what was said before

ConversationId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
_DENIED: dict[int | str, dict[str, Any]] = {
    401: {"description": "no valid token", **_PROBLEM},
    403: {"description": "the token of another conversation", **_PROBLEM},
    404: {"description": "no such conversation", **_PROBLEM},
}
_BAD: dict[int | str, dict[str, Any]] = {
    409: {"description": "the conversation has ended", **_PROBLEM},
    413: {"description": "too large", **_PROBLEM},
    422: {"description": "malformed", **_PROBLEM},
    429: {"description": "too often", **_PROBLEM},
}


def _talks(request: Request) -> Conversations:
    talks: Conversations = request.app.state.conversations
    return talks


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _rates(request: Request) -> Rates:
    rates: Rates = request.app.state.rates
    return rates


Talks = Annotated[Conversations, Depends(_talks)]
Config = Annotated[Settings, Depends(_settings)]
Counting = Annotated[Rates, Depends(_rates)]


async def _visitor(request: Request, conversation_id: ConversationId, talks: Talks, config: Config) -> None:
    """Only who opened the conversation. A token of another one is 403, an unknown conversation 404."""
    token = visitors.bearer(request.headers.get("authorization"))
    if visitors.conversation_of(config.visitor, token) == conversation_id:
        return
    await talks.overview(conversation_id)  # 404 when there is none
    visitors.check(config.visitor, token, conversation_id)


Visitor = Depends(_visitor)


@router.post("", status_code=201, response_model=OpenedOut, responses={403: _DENIED[403], **_BAD})
async def open_conversation(
    body: OpenRequest, request: Request, talks: Talks, config: Config, rates: Counting
) -> dict[str, Any]:
    """Open a conversation and hear the greeting."""
    if body.channel != "web" and not config.sample_mode:
        raise ChannelClosed("this channel has a door of its own")
    await rates.check_open(request.client.host if request.client else "-")
    visitor_id = body.visitor_id or secrets.token_urlsafe(16)
    resume = len(visitor_id) >= RESUME_ID_LENGTH
    opened = await talks.open(OpenConversation(body.channel, visitor_id=visitor_id, resume=resume))
    if opened.seq is not None:
        await talks.wait_turn(opened.conversation_id, opened.seq, GREETING_WAIT_S)
    said = await talks.messages_after(opened.conversation_id)
    token = visitors.issue(config.visitor, opened.conversation_id)
    return {"conversation_id": opened.conversation_id, "visitor_token": token, **_said(said)}


@router.post(
    "/{conversation_id}/messages",
    response_model=None,
    dependencies=[Visitor],
    responses={200: {"model": TurnOut}, 202: {"model": AcceptedOut}, **_DENIED, **_BAD},
)
async def send_message(
    conversation_id: ConversationId,
    body: MessageIn,
    response: Response,
    talks: Talks,
    rates: Counting,
    wait: Annotated[float | None, Query(ge=0, le=MOST_WAIT_S, description="seconds to wait for the answer")] = None,
) -> dict[str, Any]:
    """Say something. With `wait` the answer of the turn comes back (200), without it only its place (202)."""
    await rates.check_message(conversation_id)
    kind, value = body.kind_and_value
    accepted = await talks.accept(Inbound(conversation_id, body.message_key, kind, value))
    if not wait:
        response.status_code = 202
        return {"seq": accepted.seq}
    turn = await talks.wait_turn(conversation_id, accepted.seq, wait)
    messages = [message.as_json() for message in turn.messages]
    return {"seq": turn.seq, "owner": turn.owner, "messages": messages, "expects": turn.expects, "done": turn.done}


_READ = {**_DENIED, 422: _BAD[422]}


@router.get("/{conversation_id}/messages", response_model=MessagesOut, dependencies=[Visitor], responses=_READ)
async def read_messages(
    conversation_id: ConversationId, talks: Talks, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> dict[str, Any]:
    """What was said after `after`, oldest first."""
    return _said(await talks.messages_after(conversation_id, after))


def _said(news: MessagesAfter) -> dict[str, Any]:
    return {
        "owner": news.owner,
        "messages": [message.as_json() for message in news.messages],
        "expects": news.expects,
        "is_working": news.is_working,
    }


@router.websocket("/{conversation_id}/stream")
async def stream(socket: WebSocket, conversation_id: str, after: int = 0, events: bool = False) -> None:
    """Every message after `after`, then each as it comes, one JSON message a frame.

    With `events=1` also frames `{"event":"state","owner","expects","is_working"}`, which have no `seq`. The token comes
    in the `Authorization` header or, from browsers, as the subprotocol `bearer.<token>` beside `denghuo`.
    """
    offered = list(socket.scope.get("subprotocols") or [])
    token = visitors.bearer(socket.headers.get("authorization")) or visitors.from_subprotocols(offered)
    token = token or socket.query_params.get("token")
    try:
        visitors.check(socket.app.state.settings.visitor, token, conversation_id)
        await socket.app.state.conversations.messages_after(conversation_id, after=2**31 - 1)
    except ServiceError as err:
        # Refused before the handshake, so the client sees a plain 401, 403 or 404.
        return await _deny(socket, err)
    await socket.accept(subprotocol="denghuo" if "denghuo" in offered else None)
    await _serve(socket, _frames(socket, conversation_id, after, events))
    return None


async def _deny(socket: WebSocket, err: ServiceError) -> None:
    from kit.web import problem_response

    with contextlib.suppress(RuntimeError):
        await socket.send_denial_response(problem_response(err))


async def _frames(socket: WebSocket, conversation_id: str, after: int, events: bool) -> None:
    talks: Conversations = socket.app.state.conversations
    async for news in talks.stream(conversation_id, max(after, 0)):
        for message in news.messages:
            await _send(socket, message.as_json())
        if events:
            state = {"owner": news.owner, "expects": news.expects, "is_working": news.is_working}
            await _send(socket, {"event": "state", **state})


async def _send(socket: WebSocket, body: dict[str, Any]) -> None:
    await socket.send_text(json.dumps(body, ensure_ascii=False))


async def _serve(socket: WebSocket, sending: Any) -> None:
    """Send until the other side goes; what it says on this socket is not read as a message."""
    sender = asyncio.ensure_future(sending)
    listener = asyncio.ensure_future(_until_gone(socket))
    try:
        await asyncio.wait({sender, listener}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sender, listener):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError, ServiceError):
                await task
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(1012)  # "service restart": clients come again and have the gap refilled


async def _until_gone(socket: WebSocket) -> None:
    while True:
        await socket.receive_text()
