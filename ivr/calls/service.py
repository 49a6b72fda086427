"""One call, one webhook at a time: plan it, do it, answer it; and give the same answer when it comes again.

A webhook is handled in three moves, so that no transaction is open while the bot thinks: *claim* (under the call's
lock: what is this, written down), *act* (idempotent, outside), *settle* (under the lock: the first answer stays). A
second delivery finds the written plan, acts with the same message key, and gets the document that was stored first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from gateway.conversations.errors import ConversationClosed
from gateway.conversations.schemas import Inbound, OpenConversation
from ivr import says
from ivr.calls import notice, repository
from ivr.calls.hearing import Heard, Plan, plan_for
from ivr.calls.models import Call
from ivr.calls.notice import AreaHints, Outages
from ivr.calls.outcome import Outcome, aside, of_conversation, render, say
from ivr.calls.talks import Talks
from ivr.twiml import documents
from ivr.twiml.breaths import breaths
from kernel import clock, phone
from kernel import expects as expecting
from kernel.errors import ServiceError
from kit import logging
from kit.db import Database

log = logging.get("ivr")

WAIT_S = 5.0  # of a turn, before "正在查"; the provider gives up at 15 s (facts 3)
MOST_POLLS = 3
NEWS_S = 1.5
NEWS_EVERY_S = 0.25
TELL_PLACE_EVERY = 3
MOST_QUEUE_POLLS = 300  # half an hour of waiting without a word


_NOTHING = Heard()


@dataclass(frozen=True)
class Hook:
    """A genuine webhook. `route` is voice, turn, silence or poll; `step` the number in its URL, 0 for the first."""

    provider_id: str
    route: str
    step: int
    heard: Heard = _NOTHING
    caller: str = ""


@dataclass(frozen=True)
class _Claim:
    call: Call
    plan: Plan | None
    document: str | None = None


class Phone:
    """The phone of the house. `ticketing` and `billing` may be absent: then no area notice is given."""

    def __init__(
        self,
        database: Database,
        talks: Talks,
        *,
        billing: AreaHints | None = None,
        ticketing: Outages | None = None,
    ) -> None:
        self._db = database
        self._talks = talks
        self._billing = billing
        self._ticketing = ticketing
        self._acts: dict[str, Callable[[Call, Plan, Hook], Awaitable[Outcome]]] = {
            "open": self._open,
            "tell": self._tell,
            "leave_queue": self._leave_queue,
            "poll": self._poll,
            "repeat": self._repeat,
            "silence": self._silence,
            "miss": self._miss,
            "confirm": self._confirm,
            "say_right": self._say_right,
            "what_else": self._what_else,
        }

    async def answer(self, hook: Hook) -> str:
        """The document for a webhook.

        Raises:
            ServiceError: the database cannot be reached; nothing was taken in.
        """
        claim = await self._claim(hook)
        if claim.document is not None:
            return claim.document
        assert claim.plan is not None
        outcome = await self._acts[claim.plan.do](claim.call, claim.plan, hook)
        return await self._settle(hook, outcome)

    # -- claim and settle --------------------------------------------------------------------------------------

    async def _claim(self, hook: Hook) -> _Claim:
        async with self._db.transaction() as session:
            if hook.route == "voice":
                call = await repository.open_call(session, hook.provider_id, caller_phone(hook.caller))
            else:
                found = await repository.lock_call(session, hook.provider_id)
                if found is None:  # never greeted, or of another time: begin at the beginning
                    return _Claim(Call(), None, documents.again([], "/ivr/voice"))
                call = found
            known = await repository.webhook(session, call.call_id, hook.step)
            if known is not None:
                return _Claim(call, Plan.of(known.plan), known.document)
            if hook.step != call.step:  # a step that was never handed out
                return _Claim(call, None, render(call, Outcome(list(call.last_said))))
            plan = self._decide(call, hook)
            repository.add_webhook(session, call.call_id, hook.step, plan.as_json())
            return _Claim(call, plan)

    @staticmethod
    def _decide(call: Call, hook: Hook) -> Plan:
        """The plan, with the rung of the ladder in it so that a second delivery stands on the same one."""
        if hook.route == "voice":
            return Plan("open")
        if hook.route == "poll":
            call.polls += 1
            return Plan("poll", value=str(call.polls))
        plan = Plan("silence") if hook.route == "silence" else plan_for(call, hook.heard)
        if plan.do == "silence":
            call.silences += 1
            return replace(plan, value=str(call.silences))
        if plan.do == "miss":
            call.misses += 1
            return replace(plan, value=str(call.misses))
        call.silences = call.misses = 0
        if plan.do == "confirm":
            call.unsure_text = plan.value
        return plan

    async def _settle(self, hook: Hook, outcome: Outcome) -> str:
        async with self._db.transaction() as session:
            call = await repository.lock_call(session, hook.provider_id)
            assert call is not None
            known = await repository.webhook(session, call.call_id, hook.step)
            assert known is not None
            if known.document is not None:
                return known.document
            for name, value in outcome.changes.items():
                setattr(call, name, value)
            if outcome.said and not outcome.keeps_question:
                call.last_said = outcome.said
            if outcome.shape == "farewell":
                call.status = "ending"
            call.step = hook.step + 1
            known.document = render(call, outcome)
            return known.document

    # -- what a plan does --------------------------------------------------------------------------------------

    async def _open(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        request = OpenConversation(channel="phone", caller_phone=call.caller_phone, key=hook.provider_id, start=False)
        opened, news = await asyncio.gather(
            self._talks.open(request), notice.find(call.caller_phone, self._billing, self._ticketing)
        )
        changes = {"conversation_id": opened.conversation_id}
        if news is None:
            return say(says.GREETING, mood="menu", **changes)
        return say(news.text, mood="notice", notice_place=news.place, **changes)

    async def _tell(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        assert call.conversation_id is not None
        key = f"{call.call_id}:{hook.step}"
        inbound = Inbound(call.conversation_id, key, plan.kind, plan.value)  # type: ignore[arg-type]
        try:
            accepted = await self._talks.accept(inbound)
        except ConversationClosed:
            return say(says.GOODBYE, shape="farewell")
        outcome = await self._result(call, accepted.seq, says.CHECKING)
        return replace(outcome, changes={**outcome.changes, "polls": 0})

    async def _leave_queue(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        return await self._tell(call, Plan("tell", "text", "不等了"), hook)

    async def _result(self, call: Call, seq: int, meanwhile: str) -> Outcome:
        """What the turn brought; when it takes long, say so and come back for it."""
        assert call.conversation_id is not None
        turn = await self._talks.wait_turn(call.conversation_id, seq, WAIT_S)
        if not turn.done:
            return say(meanwhile, shape="hold", mood="working", pending_seq=seq)
        after = await self._talks.messages_after(call.conversation_id, call.heard_seq)
        return of_conversation(call, after)

    async def _poll(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        polls = int(plan.value or 0)
        if call.pending_seq is not None and polls <= MOST_POLLS:
            return await self._result(call, call.pending_seq, says.STILL_CHECKING)
        if call.pending_seq is not None:
            return say(says.SLOW, mood="talk", expects="free", pending_seq=None, polls=0)
        if polls > MOST_QUEUE_POLLS:
            return say(says.GOODBYE, shape="farewell")
        return await self._news(call, polls)

    async def _news(self, call: Call, polls: int) -> Outcome:
        """In the queue or with an agent: what was said since, else where the caller stands."""
        assert call.conversation_id is not None
        until = clock.monotonic() + NEWS_S
        after = await self._talks.messages_after(call.conversation_id, call.heard_seq)
        while not _has_news(call, after.messages, str(after.owner)) and clock.monotonic() < until:
            await asyncio.sleep(NEWS_EVERY_S)
            after = await self._talks.messages_after(call.conversation_id, call.heard_seq)
        outcome = of_conversation(call, after)
        changes = {**outcome.changes, "polls": polls}
        if outcome.said or call.mood != "queue" or polls % TELL_PLACE_EVERY:
            return replace(outcome, changes=changes)
        return Outcome(breaths(await self._standing(call.conversation_id)), "ask", changes, keeps_question=True)

    async def _standing(self, conversation_id: str) -> str:
        """Where the caller stands. Nobody with an emergency is offered to leave the queue."""
        place = await self._talks.place(conversation_id)
        ahead = says.WAITING if place is None else says.place_in_queue(place)
        urgent = (await self._talks.overview(conversation_id)).emergency
        return ahead if urgent else ahead + says.NOT_WAITING

    async def _repeat(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        return Outcome(list(call.last_said))

    async def _silence(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        """Three rungs (etiquette 4): still there, keys instead, farewell."""
        late = await self._late(call)
        if late is not None:
            return late
        rung = int(plan.value)
        waits_for = expecting.parse(call.expects)
        asks_freely = call.mood != "confirm" and (waits_for.kind == "free" or call.mood != "talk")
        if asks_freely and rung <= 2:
            return await self._silence_in_talk(call, plan, hook)
        if rung == 1:
            return Outcome(breaths(says.STILL_THERE_AGAIN) + list(call.last_said)[-2:], keeps_question=True)
        if rung == 2:
            return aside(says.how_to_answer(waits_for))
        return say(says.GIVE_UP, shape="farewell")

    async def _silence_in_talk(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        """Where words are open the bot asks after the caller, and knows that keys follow; without it we do."""
        outcome = await self._tell(call, Plan("tell", "silence"), hook)
        if outcome.said and outcome.shape == "ask":
            return outcome
        return aside(says.STILL_THERE) if plan.value == "1" else aside(says.KEYS_INSTEAD, mood="menu")

    async def _late(self, call: Call) -> Outcome | None:
        """The answer of a turn that took longer than the caller was kept waiting for."""
        if call.conversation_id is None:
            return None
        after = await self._talks.messages_after(call.conversation_id, call.heard_seq)
        has_come = any(m.author != "customer" for m in after.messages)
        return of_conversation(call, after) if has_come else None

    async def _miss(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        """Once: again, shorter. Twice: keys."""
        waits_for = expecting.parse(call.expects)
        hint = "" if call.mood != "talk" else says.how_to_answer(waits_for)
        if hint:
            return aside(hint)
        return aside(says.NOT_HEARD) if int(plan.value) == 1 else say(says.MENU, mood="menu")

    async def _confirm(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        return say(says.unsure(plan.value), mood="confirm", unsure_text=plan.value)

    async def _say_right(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        return say(says.SAY_THE_RIGHT_ONE, mood="talk", unsure_text=None)

    async def _what_else(self, call: Call, plan: Plan, hook: Hook) -> Outcome:
        return say(says.WHAT_ELSE, mood="talk", expects="free")

    # -- the end -----------------------------------------------------------------------------------------------

    async def hung_up(self, provider_id: str) -> None:
        """The call is over. The bot's talk is closed; one that waits for a person is kept, marked to be called back."""
        async with self._db.transaction() as session:
            call = await repository.lock_call(session, provider_id)
            if call is None or call.ended_at is not None:
                return
            call.status, call.ended_at = "ended", clock.now()
            conversation_id, heard, call_id = call.conversation_id, call.heard_seq, call.call_id
        if conversation_id is not None:
            await self._close(conversation_id, heard, call_id)

    async def _close(self, conversation_id: str, heard_seq: int, call_id: str) -> None:
        try:
            owner = str((await self._talks.messages_after(conversation_id, heard_seq)).owner)
            if owner == "bot":
                await self._talks.close(conversation_id, actor="customer", reason="挂断电话")
            elif owner in ("queued", "agent"):
                note = Inbound(conversation_id, f"{call_id}:hung_up", "text", says.HUNG_UP_NOTE)
                await self._talks.accept(note)
        except ServiceError as err:
            log.warning("hang-up not passed on", conversation_id=conversation_id, code=err.code)


def _has_news(call: Call, messages: object, owner: str) -> bool:
    came = [m for m in messages if m.author != "customer"]  # type: ignore[attr-defined]
    return bool(came) or owner not in ("queued", "agent") or (owner == "agent") != (call.mood == "agent")


def caller_phone(caller: str) -> str | None:
    """The number that calls; None when withheld or no number at all. Never a proof of who calls."""
    number = phone.normalise(caller) if any(c.isdigit() for c in caller) else ""
    return number if phone.is_phone(number) else None
