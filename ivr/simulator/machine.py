"""The virtual clock and the caller's hand: runs a call's life up to a moment, without opening a connection.

Every method is a generator of `WireRequest`s; `driver` sends them, blocking or not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import Any

from ivr.simulator.leg import Event, HangUp, Key, Leg, Life, Sleep, Utterance
from ivr.simulator.life import Callee, live
from ivr.simulator.wire import WireAnswer, WireRequest

KEY_GAP_MS = 300
MS_A_SPOKEN_CHARACTER = 150
LONGEST_MS = 50_000
MAX_STEPS = 100_000

Moves = Generator[WireRequest, WireAnswer, None]


class Machine:
    """One call. `ended` is true once the status callback went out."""

    def __init__(self, leg: Leg, callee: Callee) -> None:
        self.leg = leg
        self._life = live(leg, callee)
        self._sleep: Sleep | None = None
        self.ended = False

    @property
    def waiting_for(self) -> str | None:
        """gather, record, bridge or ended; None while something is said that the caller cannot steer."""
        if self.ended:
            return "ended"
        return self._sleep.waiting_for if self._sleep else None

    # -- moves -------------------------------------------------------------------------------------------------

    def begin(self) -> Moves:
        yield from self._resume(None)
        yield from self.settle()

    def settle(self) -> Moves:
        """Run on to where the caller can do something, or to the end."""
        for _ in range(MAX_STEPS):
            if self.ended or self.waiting_for is not None:
                return
            yield from self._to_deadline()
        raise RuntimeError("the call never waits")

    def press(self, keys: str, gap_ms: int = KEY_GAP_MS) -> Moves:
        for place, key in enumerate(keys):
            if place:
                yield from self.advance(gap_ms)
            yield from self._post(Key(key))
        yield from self.settle()

    def speak(self, text: str, confidence: float | None, partials: tuple[str, ...], lasts_ms: int | None) -> Moves:
        lasts_ms = min(MS_A_SPOKEN_CHARACTER * len(text), LONGEST_MS) if lasts_ms is None else lasts_ms
        yield from self._post(Utterance(text, confidence, lasts_ms, partials))
        yield from self.advance(lasts_ms)
        yield from self.settle()

    def wait(self, ms: int) -> Moves:
        yield from self.advance(ms)
        yield from self.settle()

    def silence(self) -> Moves:
        """Say nothing until what is waited for is over: one no-input."""
        before = self._marker()
        for _ in range(MAX_STEPS):
            if self.ended or (self._marker() != before and self.waiting_for is not None):
                break
            yield from self._to_deadline()
        else:
            raise RuntimeError("silence never ends")
        yield from self.hear_out()

    def hang_up(self) -> Moves:
        yield from self._post(HangUp())
        yield from self._late_callbacks(None)

    def advance(self, ms: int) -> Moves:
        """Let `ms` of virtual time pass."""
        target = self.leg.now_ms + ms
        for _ in range(MAX_STEPS):
            due = self._sleep.until_ms if self._sleep else None
            if self.ended or due is None or due > target:
                break
            yield from self._to_deadline()
        self.leg.now_ms = max(self.leg.now_ms, target) if not self.ended else self.leg.now_ms
        yield from self._late_callbacks(self.leg.now_ms)

    def hear_out(self) -> Moves:
        """Let what is being said come to its end, without a key."""
        for _ in range(MAX_STEPS):
            if self.ended or self._sleep is None or not (self._sleep.is_prompt or self._sleep.waiting_for is None):
                return
            yield from self._to_deadline()

    # -- inside ------------------------------------------------------------------------------------------------

    def _marker(self) -> tuple[int, int]:
        return len(self.leg.requests), len([h for h in self.leg.heard if h.kind == "error-announcement"])

    def _post(self, event: Event) -> Moves:
        if not self.ended:
            yield from self._resume(event)

    def _to_deadline(self) -> Moves:
        if self._sleep is None or self._sleep.until_ms is None:
            raise RuntimeError("waiting for the caller without end")
        self.leg.now_ms = max(self.leg.now_ms, self._sleep.until_ms)
        yield from self._late_callbacks(self.leg.now_ms)
        yield from self._resume(None)

    def _resume(self, value: Any) -> Moves:
        """Go on with the life until it sleeps or ends; requests go out on the way."""
        self._sleep = None
        try:
            effect = self._life.send(value)
            while not isinstance(effect, Sleep):
                effect = self._life.send((yield effect))
            self._sleep = effect
        except StopIteration:
            self.ended = True
            yield from self._late_callbacks(None)

    @staticmethod
    def _requests(life: Life) -> Moves:
        """A life that only requests and never sleeps."""
        effect = next(life)
        with contextlib.suppress(StopIteration):
            while isinstance(effect, WireRequest):
                effect = life.send((yield effect))

    def _late_callbacks(self, until_ms: int | None) -> Moves:
        due = [c for c in self.leg.later if until_ms is None or c[0] <= until_ms]
        self.leg.later = [c for c in self.leg.later if c not in due]
        for at_ms, url, method, extra in due:
            self.leg.now_ms = max(self.leg.now_ms, at_ms)
            yield from self._requests(self.leg.notify(url, method, extra))


Send = Callable[[WireRequest], WireAnswer]


def drive(moves: Moves, send: Send) -> None:
    """Run moves with a blocking `send`."""
    try:
        request = next(moves)
        while True:
            request = moves.send(send(request))
    except StopIteration:
        return
