"""The phone's routes. Twilio's words stop here: inside a call has an id, a step, and what was heard.

`denghuo.public` includes `router` and enters `lifespan(app)` after it has put the conversation core on
`app.state.conversations`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.datastructures import FormData

from ivr import says
from ivr.calls.hearing import heard_of
from ivr.calls.service import Hook, Phone
from ivr.twilio.signature import checked_form
from ivr.twiml import documents
from ivr.twiml.breaths import breaths
from kernel.errors import ServiceError
from kit import logging, settings
from kit.db import Database

log = logging.get("ivr.app")
router = APIRouter(prefix="/ivr", include_in_schema=False)
MOST_TRIES = 2
_OVER = {"completed", "busy", "failed", "no-answer", "canceled"}


async def _genuine(request: Request) -> FormData:
    """The form of a signed webhook; anything else is 403 before a line is read or written."""
    return await checked_form(request.app.state.ivr_settings, request)


Form = Annotated[FormData, Depends(_genuine)]


def _xml(document: str) -> Response:
    return Response(document, media_type="text/xml")


async def _answer(request: Request, form: FormData, route: str, step: int) -> Response:
    provider_id = str(form.get("CallSid") or "")[:64]
    if not provider_id:
        return _xml(documents.farewell(breaths(says.DOWN_END)))
    hook = Hook(provider_id, route, step, heard_of(form), str(form.get("From") or "")[:64])
    phone: Phone = request.app.state.phone
    try:
        return _xml(await phone.answer(hook))
    except ServiceError as err:
        log.error("a webhook could not be answered", route=route, step=step, code=err.code)
    except Exception as err:  # the caller must hear a sentence, whatever broke; the log has the rest
        log.error("a webhook broke", route=route, step=step, exc_info=err)
    return _xml(_while_down(request))


def _while_down(request: Request) -> str:
    """The same step again, twice at most: nothing was taken in, so nothing is lost by asking again."""
    tries = request.query_params.get("again", "0")
    done = int(tries) if tries.isdigit() else MOST_TRIES
    if done >= MOST_TRIES:
        return documents.farewell(breaths(says.DOWN_END))
    return documents.again(breaths(says.DOWN), f"{request.url.path}?again={done + 1}")


@router.post("/voice")
async def voice(request: Request, form: Form) -> Response:
    """The call comes in: greeting, or first of all the outage where the caller lives."""
    return await _answer(request, form, "voice", 0)


@router.post("/turn/{step}")
async def turn(request: Request, form: Form, step: int) -> Response:
    """Keys or words."""
    return await _answer(request, form, "turn", step)


@router.post("/silence/{step}")
async def silence(request: Request, form: Form, step: int) -> Response:
    """Nothing was pressed or said."""
    return await _answer(request, form, "silence", step)


@router.post("/poll/{step}")
async def poll(request: Request, form: Form, step: int) -> Response:
    """Is the turn done, has an agent said something?"""
    return await _answer(request, form, "poll", step)


@router.post("/status")
async def status(request: Request, form: Form) -> Response:
    """The call is over, however it ended."""
    if str(form.get("CallStatus")) in _OVER and form.get("CallSid"):
        await request.app.state.phone.hung_up(str(form["CallSid"])[:64])
    return _xml(documents.nothing())


@asynccontextmanager
async def lifespan(app: FastAPI, **parts: Any) -> AsyncIterator[None]:
    """Make the phone ready on `app.state`.

    Args:
        parts: `conversations`, `billing`, `ticketing`, `settings` when the caller has them; the conversation core
            is otherwise taken from `app.state.conversations`, the clients are made from the settings.
    """
    config = parts.get("settings") or settings.load()
    database = Database(config.database.url, pool_size=config.database.pool_size)
    clients = _clients(config, parts)
    app.state.ivr_settings = config.twilio
    talks = parts.get("conversations") or app.state.conversations
    app.state.phone = Phone(database, talks, billing=clients["billing"], ticketing=clients["ticketing"])
    try:
        yield
    finally:
        for name, client in clients.items():
            if name not in parts and client is not None:
                await client.aclose()
        await database.close()


def _billing(url: str, token: str, timeout_s: float) -> Any:
    from clients.billing.http import HttpBilling

    return HttpBilling(url, token, timeout_s=timeout_s)


def _ticketing(url: str, token: str, timeout_s: float) -> Any:
    from clients.ticketing.http import HttpTicketing

    return HttpTicketing(url, token, timeout_s=timeout_s, client="ivr")


def _clients(config: settings.Settings, parts: dict[str, Any]) -> dict[str, Any]:
    token, limit = config.service.token.get_secret_value(), config.time_limits.backend_s
    makers = {"billing": (_billing, config.billing.url), "ticketing": (_ticketing, config.ticketing.url)}
    return {name: parts[name] if name in parts else make(url, token, limit) for name, (make, url) in makers.items()}
