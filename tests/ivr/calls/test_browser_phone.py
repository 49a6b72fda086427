"""The browser telephone's server side: a call placed, keyed, spoken to and hung up by the page."""

from __future__ import annotations

import importlib

import httpx
import pytest

from ivr.simulator.web import Telephones, router
from kit.settings import Settings, TwilioSettings

support = importlib.import_module("tests.ivr.calls.conftest")


@pytest.fixture
async def page(exchange):
    config = Settings(environment="test", twilio=TwilioSettings(auth_token=support.TOKEN))
    exchange.app.include_router(router)
    exchange.app.state.telephones = Telephones(config, exchange.transport)
    transport = httpx.ASGITransport(app=exchange.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://page", timeout=10) as client:
        yield client


async def test_the_page_is_there_and_says_it_is_a_simulator(page):
    answer = await page.get("/phone")
    assert answer.status_code == 200 and "模拟电话" in answer.text
    assert (await page.get("/phone/phone.js")).status_code == 200
    assert (await page.get("/phone/other.js")).status_code in (404, 422)


async def test_a_call_is_placed_keyed_spoken_to_and_hung_up(exchange, page):
    made = (await page.post("/phone/calls", json={"number": "+8613812345678"})).json()
    assert "智能客服小电" in made["heard"][0]["text"] and made["waiting_for"] == "gather"
    path, after = f"/phone/calls/{made['call_id']}", made["next"]
    for _ in range(2):
        spoken = (await page.post(path, params={"after": after}, json={"kind": "speech", "value": "查电费"})).json()
        if spoken["heard"]:
            break
        spoken = (await page.post(path, params={"after": after}, json={"kind": "tick", "seconds": 2})).json()
        if spoken["heard"]:
            break
    assert spoken["heard"] and exchange.bot.heard[0] == ("text", "查电费")
    over = (await page.post(path, json={"kind": "hang_up"})).json()
    assert over["ended"] and over["state"] == "completed"


async def test_a_call_nobody_placed_is_not_found(page):
    assert (await page.post("/phone/calls/tel_none", json={"kind": "tick"})).status_code == 404
