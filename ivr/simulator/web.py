"""The browser telephone: a page with a key pad, and the server side that plays the provider for it. Sample mode only.

The page sends what the person does; this side posts the signed webhooks to our own public port and tells the page what
is heard. A call's virtual clock is moved by the page (`tick`), so prompts and waits take their real time.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from ivr.simulator.driver import AsyncCall
from ivr.simulator.leg import Leg, Line, RedirectLoop
from ivr.simulator.life import Callee
from ivr.simulator.machine import Machine, Moves
from ivr.simulator.transport import AsyncTransport
from kernel import ids
from kernel.errors import Conflict, NotAllowed, NotFound
from kit import settings

PAGES = Path(__file__).resolve().parents[2] / "web" / "phone"
MOST_CALLS = 50
LONGEST_TICK_S = 10
router = APIRouter(include_in_schema=False)


class Dial(BaseModel):
    number: str = Field("+8613812345678", max_length=32, pattern=r"^[+0-9a-z ]*$")


class Act(BaseModel):
    """What the person at the telephone does. `tick` lets time pass, `heard` says the browser has read all aloud."""

    kind: Literal["keys", "speech", "tick", "heard", "hang_up"]
    value: str = Field("", max_length=500)
    seconds: float = Field(1, ge=0, le=LONGEST_TICK_S)


@dataclass
class _Held:
    call: AsyncCall
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Telephones:
    """Calls in progress of this process, oldest dropped first."""

    config: settings.Settings
    transport: AsyncTransport
    held: OrderedDict[str, _Held] = field(default_factory=OrderedDict)

    def line(self) -> Line:
        twilio = self.config.twilio
        public = twilio.public_url.rstrip("/")
        return Line(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token.get_secret_value(),
            number=twilio.number,
            voice_url=f"{public}/ivr/voice",
            status_callback=f"{public}/ivr/status",
        )

    async def dial(self, number: str) -> str:
        call = AsyncCall(Machine(Leg(self.line(), number, self.config.twilio.number), Callee()), self.transport)
        call_id = ids.new_id("tel")
        self.held[call_id] = _Held(call)
        while len(self.held) > MOST_CALLS:
            _, oldest = self.held.popitem(last=False)
            await oldest.call.hangup()
        await call.do(call.machine.begin())
        return call_id

    def find(self, call_id: str) -> _Held:
        held = self.held.get(call_id)
        if held is None:
            raise NotFound("no such call", code="call_not_found")
        return held


def _telephones(request: Request) -> Telephones:
    config = settings.load()
    if not config.sample_mode:
        raise NotAllowed("the browser telephone is for sample mode")
    state = request.app.state
    if not hasattr(state, "telephones"):
        state.telephones = Telephones(config, AsyncTransport(f"http://127.0.0.1:{config.port}"))
    found: Telephones = state.telephones
    return found


def _view(call: AsyncCall, after: int) -> dict[str, Any]:
    new = call.transcript[after:]
    return {
        "heard": [{"kind": h.kind, "text": h.text} for h in new],
        "next": len(call.transcript),
        "state": call.state,
        "waiting_for": call.waiting_for,
        "ended": call.machine.ended,
    }


def _moves(machine: Machine, act: Act) -> Moves:
    if act.kind == "keys":
        return machine.press(re.sub(r"[^0-9*#]", "", act.value))
    if act.kind == "speech":
        return machine.speak(act.value, 0.92, (), None)
    if act.kind == "tick":
        return machine.advance(int(act.seconds * 1000))
    if act.kind == "heard":
        return machine.hear_out()
    return machine.hang_up()


@router.post("/phone/calls")
async def dial(request: Request, body: Dial) -> dict[str, Any]:
    """Place a call; what is heard first."""
    phones = _telephones(request)
    call_id = await phones.dial(body.number)
    return {"call_id": call_id, **_view(phones.find(call_id).call, 0)}


@router.post("/phone/calls/{call_id}")
async def act(request: Request, call_id: str, body: Act, after: int = 0) -> dict[str, Any]:
    """Do something on the telephone; what was heard since `after`."""
    held = _telephones(request).find(call_id)
    async with held.lock:
        try:
            await held.call.do(_moves(held.call.machine, body))
        except RedirectLoop as err:
            raise Conflict("the line redirects without end", code="redirect_loop") from err
    return _view(held.call, max(after, 0))


@router.get("/phone")
async def page(request: Request) -> FileResponse:
    _telephones(request)
    return FileResponse(PAGES / "index.html")


@router.get("/phone/{name}")
async def file(request: Request, name: Literal["phone.js", "phone.css"]) -> FileResponse:
    _telephones(request)
    return FileResponse(PAGES / name)
