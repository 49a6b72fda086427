"""How a form reads a turn: one validator a form, one draft of its slots, one counter of misunderstood answers.

Rasa asks for the first slot of the form that is empty; a slot that need not be asked is filled with `SKIPPED`, so the
order in the domain is the whole order there is. A subclass says how its slots are read (`read`), what follows from
what is known (`settle`) and what happens when the third try failed (`give_up`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import corrections, learnt, reading, speaking
from actions.turn import Turn, turn_of

SKIPPED = "skipped"
MOST_TRIES = 3


class Draft:
    """The slots as they will be after this turn."""

    def __init__(self, slots: Mapping[str, Any]) -> None:
        self._before = slots
        self.changes: dict[str, Any] = {}
        self.is_finished = False

    def __getitem__(self, slot: str) -> Any:
        return self.changes[slot] if slot in self.changes else self._before.get(slot)

    def __setitem__(self, slot: str, value: Any) -> None:
        self.changes[slot] = value

    def known(self, slot: str) -> str | None:
        """The value as text, None when it is empty or was never asked for."""
        value = self[slot]
        return None if value in (None, SKIPPED) else str(value)

    def before(self, slot: str) -> Any:
        """The value as it was before this turn."""
        return self._before.get(slot)

    def had(self, slot: str) -> bool:
        """Whether there was a value before this turn."""
        return self._before.get(slot) not in (None, SKIPPED)

    def replaced(self, slots: Iterable[str]) -> list[str]:
        """Which of these had a value before this turn and have another one now."""
        changed = [slot for slot in slots if slot in self.changes and self.had(slot)]
        return [slot for slot in changed if self.known(slot) and self.changes[slot] != self._before.get(slot)]

    def skip(self, *slots: str) -> None:
        """These need not be asked."""
        for slot in slots:
            if self[slot] is None:
                self[slot] = SKIPPED

    def finish(self, outcome: str) -> None:
        """End the form now; the action after it finds out why in `task_outcome`."""
        self["task_outcome"] = outcome
        self.is_finished = True

    def to_person(self, reason: str, skill: str = "general") -> None:
        """End the form and let a person go on."""
        self["wants_person"] = {"reason": reason, "skill": skill}
        self.is_finished = True

    def all_slots(self) -> dict[str, Any]:
        return {**self._before, **self.changes}


class TaskForm(Action):
    """Base of all validators."""

    form: ClassVar[str]
    slots: ClassVar[tuple[str, ...]]
    tells: ClassVar[tuple[str, ...]] = ()
    """Slots whose correction is said back; `actions.corrections` knows their names."""

    def name(self) -> str:
        return f"validate_{self.form}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        turn = turn_of(tracker, form=self.form)
        draft = Draft(tracker.slots)
        asked = turn.asked if turn.asked in self.slots else None
        has_words = bool(turn.text) or turn.kind in ("choice", "digits")
        if has_words:
            await self.read(turn, draft, asked, dispatcher)
            await self._without(turn, draft, asked, dispatcher)
            self._tell_corrections(draft, asked, dispatcher)
        if not draft.is_finished:
            await self._count_tries(turn, draft, asked if has_words else None, dispatcher)
        if not draft.is_finished:
            await self.settle(turn, draft, dispatcher)
        return self._events(draft)

    async def _without(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        unanswered = asked is not None and draft[asked] is None and not draft.is_finished
        if unanswered and "attempt" not in draft.changes and reading.has_none(turn.text):
            await self.without(turn, draft, str(asked), dispatcher)

    def _tell_corrections(self, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        """Said at once where something else is asked; a read-back says it by itself."""
        if asked is None or asked.endswith("_confirmed") or draft.is_finished:
            return
        if changed := draft.replaced(self.tells):
            speaking.say(dispatcher, "utter_amended_going_on", **corrections.told(changed, draft.all_slots()))
            draft["attempt"] = int(draft["attempt"] or 0)  # not a failed try at what was asked

    async def _count_tries(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked is None:
            return
        failed = draft[asked] is None and "attempt" not in draft.changes
        tries = int(draft["attempt"] or 0) + 1 if failed else draft.changes.get("attempt", 0)
        draft["attempt"] = tries
        if draft[asked] is not None:
            draft["heard_part"] = None
        if failed and tries >= MOST_TRIES:
            await self.give_up(turn, draft, asked, dispatcher)

    def _events(self, draft: Draft) -> list[dict[str, Any]]:
        draft["task_opening"] = None
        draft["pending"] = None
        draft.changes.setdefault("attempt", draft["attempt"] or 0)
        draft["learnt"] = learnt.of(draft.all_slots())
        events = [SlotSet(slot, value) for slot, value in draft.changes.items()]
        if draft.is_finished:
            events.append(SlotSet("requested_slot", None))
        return events

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        """Put what these words say into the draft; any slot may be filled, not only the asked one."""
        raise NotImplementedError

    async def without(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        """没有, 不知道, 不方便说, 随便: another way, or go on without it. By default the ladder goes on."""

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Draw conclusions from what is known now."""

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        """The same question failed three times: by default a person goes on."""
        draft.to_person("三次没有听清")
