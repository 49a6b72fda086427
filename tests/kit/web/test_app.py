"""What every service answers when asked wrongly, without the right, or before it is ready."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import Depends
from pydantic import BaseModel

from kernel.errors import Conflict
from kit.settings import Settings
from kit.web import create_app, service_auth


class Order(BaseModel):
    phone: str


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app("test")
    guarded = [Depends(service_auth(Settings()))]

    @app.post("/orders", dependencies=guarded)
    async def orders(order: Order) -> None:
        raise Conflict("closed", code="order_closed")

    async def not_yet() -> None:
        raise RuntimeError("no database")

    @app.post("/break")
    async def broken() -> None:
        app.state.ready_checks.append(not_yet)

    @app.get("/bug")
    async def bug() -> None:
        raise KeyError("internal detail")

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://t", timeout=5) as made:
        yield made


BEARER = {"Authorization": f"Bearer {Settings().service.token.get_secret_value()}"}


async def test_an_expected_conflict_is_problem_json(client: httpx.AsyncClient) -> None:
    answer = await client.post("/orders", json={"phone": "13812345678"}, headers=BEARER)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "order_closed"
    assert answer.json()["retryable"] is False


@pytest.mark.parametrize("shown", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": ""}])
async def test_without_the_service_token_it_is_401(client: httpx.AsyncClient, shown: dict[str, str]) -> None:
    assert (await client.post("/orders", json={"phone": "1"}, headers=shown)).status_code == 401


async def test_malformed_input_says_where_and_not_what(client: httpx.AsyncClient) -> None:
    answer = await client.post("/orders", json={"phone": {"secret": "13812345678"}}, headers=BEARER)
    assert answer.status_code == 422
    assert "phone" in answer.text
    assert "13812345678" not in answer.text


async def test_a_bug_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/bug")
    assert answer.status_code == 500
    assert "internal detail" not in answer.text


async def test_ready_is_503_while_a_check_fails_and_live_stays(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/ready")).status_code == 200
    await client.post("/break")
    assert (await client.get("/health/ready")).status_code == 503
    assert (await client.get("/health/live")).status_code == 200


async def test_an_unknown_path_is_problem_json(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
