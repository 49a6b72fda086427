import httpx
import pytest
from fastapi import FastAPI

from gateway.knowledge.endpoints import router
from kit.web import create_app


@pytest.fixture
def app() -> FastAPI:
    made = create_app("knowledge")
    made.include_router(router)
    return made


async def _ask(app: FastAPI, **params: object) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door", timeout=10) as client:
        return await client.get("/v1/knowledge/search", params=params)


async def test_a_question_of_rules_is_answered_for_the_eye_and_the_ear(app):
    found = (await _ask(app, q="阶梯电价怎么分", limit=2)).json()
    assert found["decision"] in ("answer", "ask")
    assert 1 <= len(found["results"]) <= 2
    assert "2400" in found["results"][0]["answer_text"]
    assert not any(c.isascii() and c.isalnum() for c in found["results"][0]["answer_voice"])


async def test_what_nobody_knows_is_unsure(app):
    assert (await _ask(app, q="qqqq wwww")).json()["decision"] == "unsure"


@pytest.mark.parametrize("params", [{"q": ""}, {"q": "x" * 501}, {"q": "电价", "limit": 0}, {}])
async def test_a_malformed_question_is_422(app, params):
    assert (await _ask(app, **params)).status_code == 422
