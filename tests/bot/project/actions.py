"""Actions of the test bot: one counts its runs, one breaks, one is too slow, one asks for a person."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response

app = FastAPI()
RUNS = Path(os.environ["TEST_ACTION_RUNS"])


def _slots(**values: Any) -> list[dict[str, Any]]:
    return [{"event": "slot", "name": name, "value": value} for name, value in values.items()]


async def count(slots: dict[str, Any]) -> dict[str, Any]:
    counted = int(slots.get("counted") or 0) + 1
    with RUNS.open("a") as runs:  # noqa: ASYNC230 - a few bytes
        runs.write("run\n")
    return {"events": _slots(counted=counted), "responses": [{"response": "utter_counted", "counted": str(counted)}]}


async def sleep(slots: dict[str, Any]) -> dict[str, Any]:
    await asyncio.sleep(10)
    return {"events": [], "responses": []}


async def person(slots: dict[str, Any]) -> dict[str, Any]:
    signal = {"kind": "handoff", "reason": "客户要求", "skill": "general", "summary": "要人工"}
    card = {"card": "order", "data": {"order_no": "GZ202611240012"}}
    return {
        "events": [],
        "responses": [{"text": "这就转人工。"}, {"custom": {"signal": signal}}, {"custom": card}],
    }


async def validate_place(slots: dict[str, Any]) -> dict[str, Any]:
    if slots.get("place") is not None and "号楼" not in str(slots["place"]):
        return {"events": _slots(place=None), "responses": [{"response": "utter_bad_place"}]}
    return {"events": [], "responses": []}


ACTIONS = {
    "action_count": count,
    "action_sleep": sleep,
    "action_person": person,
    "validate_report_form": validate_place,
}


@app.post("/webhook")
async def webhook(request: Request) -> Any:
    call = await request.json()
    action = ACTIONS.get(call["next_action"])
    if action is None:
        return Response(status_code=500, content="broken")
    return await action(call["tracker"]["slots"])
