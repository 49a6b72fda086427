"""The simulator as tests and the terminal use it: place a call, press keys, speak, stay silent, hang up.

>>> sim = Simulator(auth_token=…, account_sid=…, number="+862195598", voice_url="https://ivr.example.com/ivr/voice",
...                 app="http://127.0.0.1:8000")
>>> call = sim.inbound(from_="+8613800138000")
>>> call.press("1"); call.heard[-1]
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.leg import Heard, Leg, Line, Logged, Requested
from ivr.simulator.life import Callee
from ivr.simulator.machine import Machine, Moves, drive
from ivr.simulator.transport import AsgiTransport, AsyncTransport, HttpTransport, Transport
from ivr.simulator.wire import WireAnswer


def _transport(app: Any) -> Transport:
    if isinstance(app, str):
        return HttpTransport(app)
    return app if hasattr(app, "send") and hasattr(app, "close") else AsgiTransport(app)


class _CallView:
    """What can be seen of a call."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.leg = machine.leg

    @property
    def state(self) -> str:
        return self.leg.status

    @property
    def sid(self) -> str:
        return self.leg.sid

    @property
    def heard(self) -> list[str]:
        return [str(h) for h in self.leg.heard]

    @property
    def transcript(self) -> list[Heard]:
        return self.leg.heard

    @property
    def requests(self) -> list[Requested]:
        return self.leg.requests

    @property
    def debugger(self) -> list[Logged]:
        return self.leg.debugger

    @property
    def waiting_for(self) -> str | None:
        return self.machine.waiting_for


class Call(_CallView):
    """A call in a blocking program."""

    def __init__(self, machine: Machine, transport: Transport) -> None:
        super().__init__(machine)
        self._transport = transport

    def _do(self, moves: Moves) -> Call:
        drive(moves, self._transport.send)
        return self

    def begin(self) -> Call:
        return self._do(self.machine.begin())

    def press(self, keys: str) -> Call:
        """Press keys one at a time, 300 ms apart; then run on to where the caller can do something."""
        return self._do(self.machine.press(keys))

    def speak(
        self,
        text: str,
        confidence: float | None = 0.92,
        partials: tuple[str, ...] | list[str] = (),
        lasts_s: float | None = None,
    ) -> Call:
        """Say one utterance (150 ms a character unless `lasts_s`); `""` is noise the recogniser makes nothing of."""
        lasts_ms = None if lasts_s is None else int(lasts_s * 1000)
        return self._do(self.machine.speak(text, confidence, tuple(partials), lasts_ms))

    def say(self, text: str, confidence: float | None = 0.92) -> Call:
        """Speak, wait for the answer, and hear it out."""
        asked = len(self.requests)
        self.speak(text, confidence)
        return self.hear_out() if len(self.requests) > asked or self.waiting_for == "ended" else self.silence()

    def keys(self, keys: str) -> Call:
        """Press keys, wait for the answer, and hear it out."""
        asked = len(self.requests)
        self.press(keys)
        return self.hear_out() if len(self.requests) > asked or self.waiting_for == "ended" else self.silence()

    def hear_out(self) -> Call:
        return self._do(self.machine.hear_out())

    def wait(self, seconds: float) -> Call:
        return self._do(self.machine.wait(int(seconds * 1000)))

    def silence(self) -> Call:
        """Say nothing until the line has done something, and hear it out."""
        return self._do(self.machine.silence())

    def hangup(self) -> Call:
        return self._do(self.machine.hang_up())


class AsyncCall(_CallView):
    """A call inside an event loop."""

    def __init__(self, machine: Machine, transport: AsyncTransport) -> None:
        super().__init__(machine)
        self._transport = transport

    async def press(self, keys: str) -> AsyncCall:
        await self.do(self.machine.press(keys))
        return self

    async def say(self, text: str, confidence: float | None = 0.92) -> AsyncCall:
        """Speak, wait for the answer, and hear it out."""
        asked = len(self.requests)
        await self.do(self.machine.speak(text, confidence, (), None))
        return await self._answered(asked)

    async def keys(self, keys: str) -> AsyncCall:
        asked = len(self.requests)
        await self.press(keys)
        return await self._answered(asked)

    async def _answered(self, asked: int) -> AsyncCall:
        if len(self.requests) > asked or self.waiting_for == "ended":
            await self.do(self.machine.hear_out())
            return self
        return await self.silence()

    async def silence(self) -> AsyncCall:
        await self.do(self.machine.silence())
        return self

    async def wait(self, seconds: float) -> AsyncCall:
        await self.do(self.machine.wait(int(seconds * 1000)))
        return self

    async def hangup(self) -> AsyncCall:
        await self.do(self.machine.hang_up())
        return self

    async def do(self, moves: Moves) -> None:
        """Run any moves of `machine`."""
        answer: WireAnswer | None = None
        try:
            while True:
                request = next(moves) if answer is None else moves.send(answer)
                answer = await self._transport.send(request)
        except StopIteration:
            return


class Simulator:
    """A provider with one account and one number. `app` is a base URL, an ASGI application or a transport."""

    def __init__(
        self,
        auth_token: str,
        account_sid: str,
        number: str,
        voice_url: str,
        voice_method: str = "POST",
        fallback_url: str | None = None,
        status_callback: str | None = None,
        status_method: str = "POST",
        app: Any = None,
        **switches: Any,
    ) -> None:
        self.line = Line(
            account_sid=account_sid,
            auth_token=auth_token,
            number=number,
            voice_url=voice_url,
            voice_method=voice_method,
            fallback_url=fallback_url,
            status_callback=status_callback,
            status_method=status_method,
            **switches,
        )
        self.callee = Callee()
        self.calls: list[Call] = []
        self._transport = _transport(app)

    def inbound(self, from_: str = "+8613800138000", to: str | None = None, **extra: str) -> Call:
        """Place a call and run it to the first wait."""
        leg = Leg(self.line, from_, to or self.line.number, tuple(extra.items()))
        call = Call(Machine(leg, self.callee), self._transport)
        self.calls.append(call)
        return call.begin()

    @property
    def debugger(self) -> list[Logged]:
        return [line for call in self.calls for line in call.debugger]

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
