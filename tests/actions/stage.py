"""One action at a time, through the executor Rasa calls, with systems in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from actions import services
from actions.app import make_executor
from clients.billing.memory import MemoryBilling
from clients.knowledge.entries import packaged_entries
from clients.knowledge.memory import MemoryKnowledge
from clients.ticketing.memory import MemoryTicketing
from kernel import clock
from kit.db import Database


@dataclass
class Told:
    """What an action did: slots it set, responses it uttered with their values, signals and cards."""

    slots: dict[str, Any]
    said: list[str]
    values: dict[str, Any]
    signals: list[dict[str, Any]]
    cards: list[str]


@dataclass
class Stage:
    """A talk's slots, changed by each action as Rasa would change them."""

    slots: dict[str, Any] = field(default_factory=dict)
    channel: str = "web"
    context: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0

    async def run(
        self,
        action: str,
        text: str = "",
        *,
        intent: str = "",
        entities: tuple[dict[str, Any], ...] = (),
        form: str | None = None,
    ) -> Told:
        self.number += 1
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.95},
            "entities": list(entities),
            "metadata": {
                "kind": "text",
                "value": text,
                "channel": self.channel,
                "turn_key": f"t{self.number}",
                "context": dict(self.context),
                "clauses": [],
            },
        }
        call = {
            "next_action": action,
            "sender_id": "c_test",
            "domain": {},
            "tracker": {
                "sender_id": "c_test",
                "slots": dict(self.slots),
                "latest_message": message,
                "events": [{"event": "user", "text": text}],
                "paused": False,
                "followup_action": None,
                "active_loop": {"name": form} if form else {},
                "latest_action_name": "action_listen",
            },
        }
        result = await make_executor().run(call)
        assert result is not None
        answer = result if isinstance(result, dict) else result.model_dump()
        changed = {e["name"]: e["value"] for e in answer["events"] if e["event"] == "slot"}
        self.slots.update(changed)
        return _told(changed, answer["responses"])


def _told(changed: dict[str, Any], responses: list[dict[str, Any]]) -> Told:
    values: dict[str, Any] = {}
    for response in responses:
        values |= {k: v for k, v in response.items() if k not in ("response", "template", "custom")}
    custom = [r["custom"] for r in responses if r.get("custom")]
    return Told(
        slots=changed,
        said=[r["response"] for r in responses if r.get("response")],
        values=values,
        signals=[c["signal"] for c in custom if "signal" in c],
        cards=[c["card"] for c in custom if "card" in c],
    )


@contextmanager
def systems(*, ticketing: Any = None, billing: Any = None, jobs: Database | None = None) -> Iterator[services.Services]:
    """Systems in memory for the actions of this block."""
    made = services.Services(
        ticketing=ticketing or MemoryTicketing(),
        billing=billing or MemoryBilling.sample(),
        knowledge=MemoryKnowledge(packaged_entries(today=clock.today())),
        jobs=jobs,
    )
    services.use(made)
    try:
        yield made
    finally:
        services.use(None)
