"""/v1/knowledge over HTTP: who may do what, and that every process knows what another was told."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

_serving = importlib.import_module("tests.support.knowledge")
ENTRY = {
    "id": "saving-901",
    "topic": "节能用电",
    "question": "电磁炉能用几年",
    "variants": ["电磁炉寿命多长"],
    "answer_text": "一般五到八年。",
    "answer_voice": "一般五到八年。",
    "source": "公开",
    "change": {"by": "王芳", "reason": "客户常问"},
}


@pytest.fixture
def served(empty_database: str) -> Iterator[Any]:
    with _serving.serving(empty_database) as up:
        yield up


def _client(served: Any, token: str | None = None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token or served.token}"}
    return httpx.Client(base_url=served.base_url, headers=headers, timeout=20, trust_env=False)


def _put(client: httpx.Client, key: str = "k1", **changed: Any) -> httpx.Response:
    return client.put("/v1/knowledge/entries/saving-901", json=ENTRY | changed, headers={"Idempotency-Key": key})


def test_an_edit_in_one_process_is_spoken_by_another(served, empty_database):
    with _serving.serving(empty_database) as second, _client(served) as here, _client(second) as there:
        assert there.get("/v1/knowledge/search", params={"q": "电磁炉能用几年"}).json()["decision"] == "unsure"
        assert _put(here).status_code == 200
        found = there.get("/v1/knowledge/search", params={"q": "电磁炉寿命多长呀"}).json()
        assert (found["decision"], found["results"][0]["answer_text"]) == ("answer", "一般五到八年。")
        assert _put(here, "k2", answer_text="一般六年。").json()["version"] == 2
        found = there.get("/v1/knowledge/search", params={"q": "电磁炉寿命多长呀"}).json()
        assert found["results"][0]["answer_text"] == "一般六年。"


def test_searching_is_for_everybody_and_nothing_else_is(served):
    with _client(served, "somebody") as stranger:
        assert stranger.get("/v1/knowledge/search", params={"q": "电价"}).status_code == 200
        for answer in (
            stranger.get("/v1/knowledge/search", params={"q": "电价", "audience": "agent"}),
            stranger.get("/v1/knowledge/search", params={"q": "电价", "on": "2026-12-01"}),
            stranger.get("/v1/knowledge/unanswered"),
            stranger.get("/v1/knowledge/reviews"),
            _put(stranger),
        ):
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"


def test_a_write_without_a_key_is_refused(served):
    with _client(served) as client:
        answer = client.put("/v1/knowledge/entries/saving-901", json=ENTRY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")


def test_what_is_wrong_with_an_entry_is_named(served):
    with _client(served) as client:
        answer = _put(client, answer_voice="用5年")
    assert (answer.status_code, answer.json()["code"]) == (422, "entry_not_fit")
    assert answer.json()["fields"][0]["at"] == "answer_voice"


@pytest.mark.parametrize("params", [{"q": ""}, {"q": "x" * 501}, {"q": "电价", "limit": 0}, {}])
def test_a_malformed_question_is_422(served, params):
    with _client(served) as client:
        assert client.get("/v1/knowledge/search", params=params).status_code == 422
